import { execFileSync } from 'node:child_process';
import { hash, randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listBackups } from '../../../electron/services/backup/layout.ts';
import { makeBackup, type MakeBackupRequest } from '../../../electron/services/backup/make-backup.ts';
import { pruneBackups } from '../../../electron/services/backup/prune-backups.ts';
import { restoreBackup } from '../../../electron/services/backup/restore-backup.ts';
import { verifyBackup } from '../../../electron/services/backup/verify-backup.ts';
import { addAddendum } from '../../../electron/services/add-addendum.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { verifyRead } from '../../../electron/services/canonical-read.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { stage, temporaryFolder } from '../store/parts.ts';
import { IMAGE, OTHER_IMAGE, onScreen, type ReadingWorld, readingWorld, STUDY } from './reading-world.ts';

const open = (directory: string): Store => openStore({ directory });

/** A store with a committed read and a few more studies, and a folder for its backups. */
async function committedWorld(): Promise<{ world: ReadingWorld; target: string }> {
  const world = readingWorld();
  openStudy(world, STUDY, world.reader.id);
  const content = { findings: [], noAbnormalFinding: true, impression: 'Nothing seen.' };
  saveRead(world, STUDY, world.reader.id, content, onScreen(world));
  await commitRead(world, STUDY, world.reader.id, {
    content,
    framesDisplayed: [IMAGE, OTHER_IMAGE].map((sopInstanceUID) => ({ sopInstanceUID, frame: 0 })),
    acknowledgeUnseen: false,
  });
  addAddendum(world, STUDY, world.reader.id, 'Compared with the film of 2019.');
  for (let study = 1; study <= 5; study += 1) addStudy(world.store, study);
  // The trail's last entry has no row of its own.
  openStudy(world, STUDY, world.reader.id);
  return { world, target: join(temporaryFolder(), 'backups') };
}

function addStudy(store: Store, study: number): string {
  const uid = `1.2.9.${study}`;
  const staged = stage(
    store,
    { studyInstanceUID: uid, seriesInstanceUID: `${uid}.1`, sopInstanceUID: `${uid}.1.1` },
    `image ${study}`,
  );
  store.studies.storeStudy(uid, [staged], null, 'operator');
  return uid;
}

const backUp = ({ store, clock }: ReadingWorld, target: string, more: Partial<MakeBackupRequest> = {}) =>
  makeBackup({ store, target, clock, newId: randomUUID, build: '9.9.9', actor: 'operator', ...more });

const verify = (backup: string) => verifyBackup({ backup, open });

const restore = (world: ReadingWorld, source: string, directory: string, replace = false) =>
  restoreBackup({ source, directory, replace, open, clock: world.clock, actor: 'operator' });

const bad = (checks: readonly { name: string; ok: boolean }[]): string[] =>
  checks.filter(({ ok }) => !ok).map(({ name }) => name);

const blobsOf = (backup: string): string[] =>
  readdirSync(join(backup, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('a backup', () => {
  it('is restored to a folder with the same reads, keys, trail and files, each as it was signed', async () => {
    const { world, target } = await committedWorld();
    const made = await backUp(world, target);
    expect(made).toMatchObject({ studies: 6, committedReads: 1, missing: [], linked: 0 });
    expect(bad(await verify(made.path))).toEqual([]);
    const directory = join(temporaryFolder(), 'new', 'data');
    const report = await restore(world, target, directory);
    expect(report).toMatchObject({ id: made.id, studies: 6, committedReads: 1, before: null });
    expect(report.verification.map(({ name, ok }) => [name, ok])).toEqual([
      ['audit trail', true],
      ['data and trail', true],
      ['committed reads', true],
      ['reports', true],
      ['consensus records', true],
      ['files', true],
      ['audit trail’s end', true],
    ]);
    const restored = open(directory);
    onTestFinished(() => restored.close());
    const [read] = restored.reads.committed(STUDY);
    if (read === undefined) throw new Error('The read is gone.');
    expect(read).toEqual(world.store.reads.committed(STUDY)[0]);
    expect(verifyRead(restored, read)).toBe('intact');
    // The key came with it: the same reader goes on signing.
    expect(restored.readers.sign(world.reader.id, Buffer.from('x'))).toBe(
      world.store.readers.sign(world.reader.id, Buffer.from('x')),
    );
    expect(restored.audit.list(1, 0)[0]).toMatchObject({ action: 'restore', detail: { id: made.id } });
    expect(world.store.audit.list(1, 0)[0]).toMatchObject({ action: 'backup', detail: { id: made.id } });
    expect(restored.audit.verify().brokenAt).toBeNull();
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone, and says what it holds', async () => {
    const { world, target } = await committedWorld();
    writeFileSync(join(world.store.directory, 'policy.json'), '{}', { mode: 0o644 });
    const made = await backUp(world, target);
    for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      expect(mode, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
    expect(made.notes.join(' ')).toMatch(/patient data and the private keys of the readers, not encrypted/);
    expect(made.notes.join(' ')).toContain('on the disc of the data folder');
  });

  it('shares what the one before has, and copies only what is new', async () => {
    const { world, target } = await committedWorld();
    const first = await backUp(world, target);
    addStudy(world.store, 6);
    const second = await backUp(world, target);
    expect([second.linked, second.copied]).toEqual([first.files - 1, 2]);
    const [blob = ''] = blobsOf(first.path);
    expect(statSync(blob).ino).toBe(statSync(blob.replace(first.id, second.id)).ino);
    // The first may go: the second is whole by itself.
    rmSync(first.path, { recursive: true });
    expect(bad(await verify(second.path))).toEqual([]);
  });

  it('copies anew what rotted in the one before, where it is verified; the data folder has it still', async () => {
    const { world, target } = await committedWorld();
    const first = await backUp(world, target);
    const [blob = ''] = blobsOf(first.path);
    const bytes = readFileSync(blob);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    writeFileSync(blob, bytes);
    const trusting = await backUp(world, target);
    expect(bad(await verify(trusting.path))).toEqual(['content']);
    const second = await backUp(world, target, { hashShared: true });
    expect(bad(await verify(second.path))).toEqual([]);
    expect(second.copied).toBe(2);
    expect(bad(await verify(first.path))).toEqual(['content']);
  });

  it('is of one moment, whatever happens while it is made', async () => {
    const { world, target } = await committedWorld();
    let step = 0;
    const made = await backUp(world, target, {
      onProgress: () => {
        step += 1;
        // After the database was copied and before the files are: one study goes, others come.
        if (step === 2) world.store.studies.remove('1.2.9.1', 'operator');
        if (step < 6) addStudy(world.store, 100 + step);
      },
    });
    expect(step).toBeGreaterThan(5);
    expect(made.missing).toEqual([]);
    expect(bad(await verify(made.path))).toEqual([]);
    expect(world.store.studies.has('1.2.9.1')).toBe(false);
    expect(bad(await verify((await backUp(world, target)).path))).toEqual([]);
  });

  it('names what the data folder itself lacks, and keeps all the rest', async () => {
    const { world, target } = await committedWorld();
    const instances = ['1.2.9.1', '1.2.9.2'].map((uid) => world.store.studies.instancesOf(uid)[0]);
    rmSync(instances[0]?.location.path ?? '');
    appendFileSync(instances[1]?.location.path ?? '', 'more');
    const made = await backUp(world, target);
    expect(made.missing).toEqual(
      [
        { sha256: instances[0]?.sha256, reason: 'it is not in the data folder' },
        { sha256: instances[1]?.sha256, reason: 'its content is not the one that was imported' },
      ].toSorted((a, b) => ((a.sha256 ?? '') < (b.sha256 ?? '') ? -1 : 1)),
    );
    expect(bad(await verify(made.path))).toEqual([]);
    const report = await restore(world, made.path, join(temporaryFolder(), 'data'));
    expect(report.verification.find(({ name }) => name === 'files')?.detail).toContain(
      '2 were missing or damaged in the data folder when the backup was made',
    );
  });

  it('keeps the newest ones, and leaves alone what is none of them', async () => {
    const { world, target } = await committedWorld();
    const ids: string[] = [];
    for (let i = 0; i < 4; i += 1) ids.push((await backUp(world, target)).id);
    mkdirSync(join(target, 'holiday-pictures'));
    expect((await pruneBackups(target, 2)).toSorted()).toEqual(ids.slice(0, 2).toSorted());
    expect(readdirSync(target).toSorted()).toEqual([...ids.slice(2), 'holiday-pictures'].toSorted());
    expect(bad(await verify(join(target, ids[2] ?? '')))).toEqual([]);
  });
});

describe('a backup that is damaged', () => {
  const sha = (path: string): string => hash('sha256', readFileSync(path));

  /** As somebody who knows how backups are built would write it: every hash in the lists is right again. */
  function relist(backup: string): void {
    const list = join(backup, 'files.ndjson');
    const lines = readFileSync(list, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string })
      .filter(({ path }) => existsSync(join(backup, path)))
      .map(({ path }) =>
        JSON.stringify({
          path,
          bytes: statSync(join(backup, path)).size,
          sha256: sha(join(backup, path)),
        }),
      );
    writeFileSync(list, `${lines.join('\n')}\n`);
    const manifest = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as {
      files: object;
    };
    manifest.files = { ...manifest.files, count: lines.length, sha256: sha(list) };
    writeFileSync(join(backup, 'manifest.json'), JSON.stringify(manifest));
  }

  const inDatabase = (backup: string, sql: string): void => {
    const database = new Database(join(backup, 'overread.db'));
    database.exec(sql);
    database.close();
    relist(backup);
  };

  it.each([
    ['an image with another byte', (b: string) => truncateSync(blobsOf(b)[0] ?? '', 3), /content of blobs/],
    ['an image that is gone', (b: string) => rmSync(blobsOf(b)[1] ?? ''), /blobs.* is not there/],
    ['a database cut short', (b: string) => truncateSync(join(b, 'overread.db'), 8192), /overread\.db/],
    ['no database', (b: string) => rmSync(join(b, 'overread.db')), /overread\.db is not there/],
    [
      'a list with a line less',
      (b: string) => {
        const lines = readFileSync(join(b, 'files.ndjson'), 'utf8').split('\n').slice(1);
        writeFileSync(join(b, 'files.ndjson'), lines.join('\n'));
      },
      /list of files.* not the one that was written/,
    ],
    [
      'a list that leads out of the folder',
      (b: string) =>
        writeFileSync(
          join(b, 'files.ndjson'),
          `${JSON.stringify({ path: 'blobs/../../../evil', bytes: 1, sha256: 'a'.repeat(64) })}\n`,
        ),
      /list of files/,
    ],
    ['no list', (b: string) => rmSync(join(b, 'files.ndjson')), /list of files/],
    ['a manifest cut short', (b: string) => truncateSync(join(b, 'manifest.json'), 40), /manifest\.json/],
    [
      'a committed read that somebody rewrote, with every hash of the backup made anew',
      (b: string) =>
        inDatabase(
          b,
          `DROP TRIGGER committed_reads_never_change;
           UPDATE reads SET content = replace(content, 'Nothing seen.', 'Something seen.')`,
        ),
      /committed reads: 1 of 1/,
    ],
    [
      'an addendum that somebody rewrote, with every hash of the backup made anew',
      (b: string) =>
        inDatabase(
          b,
          "DROP TRIGGER addenda_never_change; UPDATE addenda SET text = 'Compared with nothing.'",
        ),
      /committed reads: 1 of 1 .*an addendum is not as it was signed/,
    ],
    [
      'a link taken out of the trail',
      (b: string) => inDatabase(b, 'DROP TRIGGER audit_stays; DELETE FROM audit WHERE sequence = 3'),
      /audit trail: the chain is broken/,
    ],
    [
      'a trail cut off at its end',
      (b: string) =>
        inDatabase(
          b,
          'DROP TRIGGER audit_stays; DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)',
        ),
      /audit trail: its newest entries were cut off after entry \d+/,
    ],
    [
      'a trail cut off at its end, which was made to fit',
      (b: string) =>
        inDatabase(
          b,
          `DROP TRIGGER audit_stays; DROP TRIGGER audit_head_only_grows;
           DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit);
           UPDATE audit_head SET (sequence, hash) = (SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1)`,
        ),
      /audit trail’s end/,
    ],
    [
      'an addendum that is gone',
      (b: string) => inDatabase(b, 'DROP TRIGGER addenda_stay; DELETE FROM addenda'),
      /data and trail: addendum .* is gone/,
    ],
    [
      'an image and its line gone, with every hash of the backup made anew',
      (b: string) => {
        rmSync(blobsOf(b)[0] ?? '');
        relist(b);
      },
      /files: of 7 files 1 are missing/,
    ],
  ])(
    'is refused, with what is wrong, and nothing is left of the attempt: %s',
    async (_what, damage, words) => {
      const { world, target } = await committedWorld();
      const { path } = await backUp(world, target);
      damage(path);
      const parent = temporaryFolder();
      await expect(restore(world, path, join(parent, 'data'))).rejects.toMatchObject({
        code: 'backup-damaged',
        message: expect.stringMatching(words),
      });
      expect(readdirSync(parent)).toEqual([]);
      const checks = await verify(path).catch((error: Error) => [
        { name: error.message, ok: false, detail: '' },
      ]);
      expect(bad(checks)).not.toEqual([]);
      expect(readdirSync(target)).toHaveLength(1);
    },
  );

  it('is not taken for the newest: a folder without its manifest is no backup', async () => {
    const { world, target } = await committedWorld();
    const first = await backUp(world, target);
    const second = await backUp(world, target);
    rmSync(join(second.path, 'manifest.json'));
    const report = await restore(world, target, join(temporaryFolder(), 'data'));
    expect(report.id).toBe(first.id);
    await expect(restore(world, temporaryFolder(), join(temporaryFolder(), 'data'))).rejects.toMatchObject({
      code: 'backup-unknown',
    });
  });
});

describe('where a backup may lie, and a restore', () => {
  it('is not inside the data folder, whatever it is called by', async () => {
    const { world } = await committedWorld();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(world.store.directory, link);
    for (const target of [join(world.store.directory, 'backups'), join(link, 'backups'), link]) {
      await expect(backUp(world, target), target).rejects.toMatchObject({ code: 'backup-inside' });
    }
    expect(existsSync(join(world.store.directory, 'blobs', 'backups'))).toBe(false);
  });

  it('cannot be a file, or a place where nothing can be written', async () => {
    const { world } = await committedWorld();
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const target of [file, ...(process.platform === 'linux' ? ['/proc/overread'] : [])]) {
      await expect(backUp(world, join(target, 'in')), target).rejects.toMatchObject({
        type: 'unavailable',
        code: 'folder-not-writable',
        message: expect.stringContaining('cannot be written'),
      });
    }
  });

  it('never writes over data in silence; with replace what was there lies beside it', async () => {
    const { world, target } = await committedWorld();
    await backUp(world, target);
    const directory = join(temporaryFolder(), 'data');
    const other = openStore({ directory });
    const theirs = addStudy(other, 77);
    other.close();
    await expect(restore(world, target, directory)).rejects.toMatchObject({ code: 'data-folder-in-use' });
    const report = await restore(world, target, directory, true);
    const restored = open(directory);
    const aside = open(report.before ?? '');
    onTestFinished(() => [restored, aside].forEach((store) => store.close()));
    expect([restored.studies.has(theirs), aside.studies.has(theirs)]).toEqual([false, true]);
  });

  it('moves nothing aside that is no data folder, or that holds the backup', async () => {
    const { world, target } = await committedWorld();
    await backUp(world, target);
    const somebodys = join(temporaryFolder(), 'home');
    mkdirSync(somebodys);
    writeFileSync(join(somebodys, 'letter.txt'), 'mine');
    await expect(restore(world, target, somebodys, true)).rejects.toMatchObject({
      code: 'data-folder-not-ours',
    });
    writeFileSync(join(target, 'overread.db'), '');
    await expect(restore(world, target, target, true)).rejects.toMatchObject({
      code: 'data-folder-not-ours',
    });
    expect(readdirSync(somebodys)).toEqual(['letter.txt']);
    expect(existsSync(target)).toBe(true);
  });

  it('takes an empty folder, and leaves a policy that a site laid there', async () => {
    const { world, target } = await committedWorld();
    await backUp(world, target);
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'policy.json'), '{"analysis":{"background":false}}');
    await restore(world, target, directory);
    expect(readFileSync(join(directory, 'policy.json'), 'utf8')).toContain('false');
  });

  it('goes neither into a data folder nor among backups, by whatever path, and leaves nothing there', async () => {
    const { world, target } = await committedWorld();
    const { id, path } = await backUp(world, target);
    const elsewhere = join(temporaryFolder(), 'backups');
    await backUp(world, elsewhere);
    const linked = join(temporaryFolder(), 'link');
    symlinkSync(world.store.directory, linked);
    for (const [directory, where] of [
      [join(world.store.directory, 'restored'), 'in the data folder'],
      [join(world.store.directory, 'blobs', 'new', 'restored'), 'in the data folder'],
      [join(linked, 'restored'), 'in the data folder'],
      [join(target, 'restored'), 'among the backups'],
      [join(target, 'new', 'restored'), 'among the backups'],
      [join(elsewhere, 'restored'), 'among the backups'],
      [join(target, id, 'restored'), 'in the backup'],
    ] as const) {
      for (const source of [target, path]) {
        await expect(restore(world, source, directory), directory).rejects.toMatchObject({
          code: 'restore-inside',
          message: expect.stringContaining(where),
        });
      }
      expect(existsSync(directory)).toBe(false);
    }
    expect(readdirSync(target)).toEqual([id]);
  });

  it.runIf(canMount())(
    'says that the disc is full, before it begins or in the middle, and leaves nothing',
    async () => {
      const { world } = await committedWorld();
      const small = mounted('1m');
      await expect(backUp(world, join(small, 'b'))).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringMatching(/needs \d+ MB and .* has \d+ MB free/),
      });
      const disc = mounted('70m');
      const target = join(disc, 'b');
      const first = await backUp(world, target);
      for (let study = 10; study < 40; study += 1) addStudy(world.store, study);
      let filled = false;
      await expect(
        backUp(world, target, {
          onProgress: (share) => {
            if (share < 0.1 || filled) return;
            filled = true;
            const { bavail, bsize } = statfsSync(disc);
            writeFileSync(join(disc, 'filler'), Buffer.alloc(bavail * bsize - 4096));
          },
        }),
      ).rejects.toMatchObject({ code: 'disk-full' });
      expect(readdirSync(target)).toEqual([first.id]);
      rmSync(join(disc, 'filler'));
      expect(bad(await verify(first.path))).toEqual([]);
      await expect(restore(world, target, join(mounted('16m'), 'data'))).resolves.toBeDefined();
      await expect(restore(world, target, join(mounted('128k'), 'data'))).rejects.toMatchObject({
        code: 'disk-full',
      });
    },
  );

  it('ends when it is cancelled, and leaves the ones before', async () => {
    const { world, target } = await committedWorld();
    const first = await backUp(world, target);
    const stop = new AbortController();
    await expect(
      backUp(world, target, { signal: stop.signal, onProgress: (share) => share > 0.1 && stop.abort() }),
    ).rejects.toMatchObject({ type: 'cancelled' });
    expect(readdirSync(target)).toEqual([first.id]);
    expect((await listBackups(target)).backups.map(({ id }) => id)).toEqual([first.id]);
  });
});

function mounted(size: string): string {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
  });
  return folder;
}

/** A disc of a size of one's own needs root, and Linux. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = join('/tmp', `overread-mount-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
