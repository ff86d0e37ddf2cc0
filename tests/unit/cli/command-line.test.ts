import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { analyzeReportSchema } from '../../../electron/shared/analysis.ts';
import {
  decodeReportSchema,
  errorReportSchema,
  exportReportSchema,
  modelsListSchema,
  verifyReportSchema,
} from '../../../electron/shared/command-line.ts';
import {
  importReportSchema,
  refusalsReportSchema,
  retryReportSchema,
} from '../../../electron/shared/imports.ts';
import {
  backupListingSchema,
  backupReportSchema,
  restoreReportSchema,
} from '../../../electron/shared/backup.ts';
import { replayReportsSchema, replaySumSchema } from '../../../electron/shared/replay.ts';
import { studiesReportSchema } from '../../../electron/shared/study.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { dicom, files } from '../services/import-parts.ts';
import { COMMITTED, temporaryFolder } from '../store/parts.ts';
import { document, overread, ROOT, type Said } from './overread-process.ts';

describe('import and studies', () => {
  it('answer with one document each, and tell refusals by the exit code', async () => {
    const data = join(temporaryFolder(), 'data');
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1'), 'b.txt': 'letter '.repeat(40) });
    const first = await overread(['import', folder, '--data', data, '--json']);
    expect(first.exit).toBe(1);
    expect(importReportSchema.parse(document(first))).toMatchObject({
      imported: 1,
      refused: [{ path: join(folder, 'b.txt'), code: 'not-dicom' }],
    });
    const again = await overread(['--json', '--data', data, 'import', join(folder, 'a.dcm')]);
    expect([again.exit, document(again)]).toMatchObject([0, { imported: 0, duplicates: 1, refused: [] }]);
    const listed = await overread(['studies', '--query', 'doe', '--json'], { OVERREAD_DATA: data });
    expect(studiesReportSchema.parse(document(listed))).toMatchObject([{ patientID: 'P1', status: 'new' }]);
    const table = await overread(['studies', '--data', data, '--limit', '5']);
    expect(table.out.split('\n')[0]).toMatch(/^PATIENT +ID +DATE/);
  });
});

describe('facts that nobody knows', () => {
  it('are taken as stated, with what may have been meant', async () => {
    const png = readFileSync(join(ROOT, 'models/slide-focus/golden/tissue-pen.png'));
    const folder = files(temporaryFolder(), { 'a.png': png });
    const data = join(temporaryFolder(), 'data');
    const line = ['import', folder, '--modality', 'xyz', '--body-part', 'knees', '--data', data, '--json'];
    const said = await overread(line);
    expect([said.exit, document(said)]).toMatchObject([0, { imported: 1 }]);
    expect(said.err).toMatch(/--modality XYZ is no code that Overread knows\..*no model may read it\.$/m);
    expect(said.err).toContain('--body-part KNEES is no code');
    expect(said.err).toContain('Was KNEE meant?');
    expect(document(await overread(['studies', '--data', data, '--json']))).toMatchObject([
      { modality: 'XYZ' },
    ]);
    const known = await overread(['import', folder, '--modality', 'sm', '--data', data, '--json']);
    expect(known.err).toBe('');
  }, 60_000);
});

describe('refused files', () => {
  it('are listed as JSON and CSV, and leave the list when a later try takes them', async () => {
    const data = ['--data', join(temporaryFolder(), 'data')];
    const folder = files(temporaryFolder(), { '=cmd.dcm': 'letter '.repeat(40), 'gone.dcm': '' });
    await overread(['import', folder, ...data]);
    const listed = await overread(['refusals', ...data, '--json']);
    expect(listed.exit).toBe(0);
    expect(
      refusalsReportSchema
        .parse(document(listed))
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(['empty', 'not-dicom']);
    const csv = await overread(['refusals', '--csv', ...data]);
    expect(csv.out.split('\r\n')[0]).toBe('"File","Code","Reason","Refused at (UTC)","Import"');
    rmSync(join(folder, 'gone.dcm'));
    writeFileSync(join(folder, '=cmd.dcm'), dicom('1.1'));
    const retried = await overread(['refusals', 'retry', ...data, '--json']);
    expect(retried.exit).toBe(0);
    expect(retryReportSchema.parse(document(retried))).toMatchObject({
      tried: 1,
      notThere: 1,
      imported: 1,
      refused: [],
    });
    const after = refusalsReportSchema.parse(document(await overread(['refusals', ...data, '--json'])));
    expect(after.map(({ path }) => path)).toEqual([join(folder, 'gone.dcm')]);
  }, 60_000);
});

describe('wrong use', () => {
  it('is exit 2 with the list of what there is', async () => {
    const said = await overread(['frobnicate', '--json']);
    expect(said.exit).toBe(2);
    expect(said.err).toContain('import, studies, analyze, replay, decode, export');
    expect(errorReportSchema.parse(document(said)).error.code).toBe('unknown-command');
  });

  it('is exit 2 for an unknown option, a missing argument, a bad value, a format that is not built', async () => {
    const data = ['--data', join(temporaryFolder(), 'data')];
    for (const line of [
      ['studies', '--nonsense'],
      ['import'],
      ['import', 'x', '--age', 'old'],
      ['studies', '--limit', '-1'],
      ['export', '1.2.3', '--as', 'sr', '--out', 'x'],
      ['models', 'frob'],
    ]) {
      expect([line, (await overread([...line, ...data])).exit]).toEqual([line, 2]);
    }
  }, 60_000);

  it('gives help on stdout', async () => {
    const said = await overread(['import', '--help']);
    expect([said.exit, said.out]).toEqual([0, expect.stringContaining('Use: overread import PATH…')]);
  });
});

describe('what cannot run here', () => {
  it('is exit 3, with how to mend it', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const said = await overread(['studies', '--data', file, '--json']);
    expect(said.exit).toBe(3);
    expect(errorReportSchema.parse(document(said)).error).toMatchObject({ type: 'unavailable' });
  });

  it('makes no folder of a path with a mistake in it, and says that nothing is there', async () => {
    const home = temporaryFolder();
    const data = join(home, 'typo');
    for (const line of [
      ['studies'],
      ['refusals'],
      ['refusals', 'retry'],
      ['export', '1.2.3', '--as', 'pdf', '--out', join(home, 'out')],
      ['replay', '--since', '2020-01-01'],
      ['replay', '--all', '--lines', join(home, 'lines')],
      ['verify'],
    ]) {
      const said = await overread([...line, '--data', data, '--json']);
      expect([line, said.exit]).toEqual([line, 3]);
      expect(errorReportSchema.parse(document(said)).error).toMatchObject({
        code: 'data-folder-empty',
        message: expect.stringContaining(data),
      });
    }
    expect(readdirSync(home)).toEqual([]);
  }, 60_000);

  it('says npm ci where the dependencies are missing', () => {
    const folder = files(temporaryFolder(), {
      'scripts/overread.mjs': readFileSync(join(ROOT, 'scripts/overread.mjs')),
    });
    const run = (): unknown =>
      execFileSync(process.execPath, [join(folder, 'scripts/overread.mjs'), 'studies'], { stdio: 'pipe' });
    expect(run).toThrow(expect.objectContaining({ status: 3 }));
    expect(run).toThrow(/npm ci/);
  });
});

describe('decode', () => {
  it('gives a row a frame, and in place of a hash why a file has none', async () => {
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1'), 'b.dcm': 'no dicom' });
    const said = await overread(['decode', join(folder, 'a.dcm'), join(folder, 'b.dcm'), '--json']);
    expect(said.exit).toBe(1);
    expect(decodeReportSchema.parse(document(said))).toMatchObject([
      { sopInstanceUID: '1.1', frame: 0, rows: 4, columns: 4, samples: 1, type: 'uint16' },
      { path: join(folder, 'b.dcm'), error: { type: 'refused' } },
    ]);
  });
});

describe('the models', () => {
  it('are listed, read a study with a reason to abstain, and are part of verify', async () => {
    const data = join(temporaryFolder(), 'data');
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1') });
    await overread(['import', folder, '--data', data]);
    const list = await overread(['models', 'list', '--json']);
    const ids = modelsListSchema.parse(document(list)).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['chest-adult', 'chest-child']));
    for (const what of ['1.2.3', folder]) {
      const said = await overread(['analyze', what, '--data', data, '--json']);
      const [study] = analyzeReportSchema.parse(document(said));
      expect(study?.studyInstanceUID).toBe('1.2.3');
      // Each installed model once, whatever their number.
      expect(study?.results.map(({ model, status }) => [model.id, status])).toEqual(
        ids.map((id) => [id, 'abstained']),
      );
    }
    const again = await overread(['replay', '--since', '2020-01-01', '--data', data, '--json']);
    // Abstentions are replayed too: of the study and of the folder, one record a model each.
    expect(replayReportsSchema.parse(document(again)).map(({ verdict }) => verdict)).toEqual(
      [...ids, ...ids].map(() => 'identical'),
    );
    const lines = join(data, 'replayed.ndjson');
    const all = await overread(['replay', '--all', '--lines', lines, '--data', data, '--json']);
    expect(replaySumSchema.parse(document(all))).toMatchObject({
      records: ids.length * 2,
      identical: ids.length * 2,
      notGood: [],
    });
    expect([all.exit, readFileSync(lines, 'utf8').trim().split('\n')]).toMatchObject([
      0,
      { length: ids.length * 2 },
    ]);
    const wrong = await overread(['replay', '--data', data, '--json']);
    expect([wrong.exit, document(wrong)]).toMatchObject([2, { error: { code: 'wrong-use' } }]);
    const none = await overread(['replay', 'nothing', '--data', data, '--json']);
    expect([none.exit, document(none)]).toMatchObject([1, { error: { code: 'record-unknown' } }]);
    const unknown = await overread(['analyze', '1.2.99', '--data', data, '--json']);
    expect([unknown.exit, document(unknown)]).toMatchObject([1, { error: { code: 'study-unknown' } }]);
    const nowhere = join(data, 'nowhere');
    const refused = await overread(['analyze', nowhere, '--data', data, '--json']);
    expect([refused.exit, analyzeReportSchema.parse(document(refused))]).toMatchObject([
      1,
      [{ studyInstanceUID: null, results: [], refused: [{ path: nowhere, code: 'no-such-path' }] }],
    ]);
    const verified = verifyReportSchema.parse(document(await overread(['verify', '--data', data, '--json'])));
    expect(verified.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['audit trail', 'files', ...ids.map((id) => `model ${id}`)]),
    );
  }, 120_000);

  it('read a folder of tiles that is stated to be of a slide: the slide model scores, the others abstain', async () => {
    const tile = join(ROOT, 'models/slide-focus/golden/tissue-pen.png');
    const folder = files(temporaryFolder(), { 'a.png': readFileSync(tile) });
    const data = join(temporaryFolder(), 'data');
    const said = await overread(['analyze', folder, '--modality', 'SM', '--data', data, '--json']);
    expect(said.exit).toBe(0);
    const [study] = analyzeReportSchema.parse(document(said));
    for (const { model, status, reason, scores, measurements } of study?.results ?? []) {
      if (model.id === 'slide-focus') {
        expect({ status, reason }).toEqual({ status: 'completed', reason: null });
        expect(scores).toHaveLength(9);
        expect(scores.find(({ label }) => label === 'Pen mark')?.score).toBeGreaterThan(0.5);
        expect(measurements).toEqual([expect.objectContaining({ name: 'Blur radius', unit: 'px' })]);
      } else {
        expect({ status, scores }).toEqual({ status: 'abstained', scores: [] });
        expect(reason).toMatch(/modality is SM/);
      }
    }
    expect(study?.results.map(({ model }) => model.id)).toContain('slide-focus');
  }, 60_000);
});

describe('wrong use and what is missing', () => {
  it('maps of occlusion have nowhere to go without a folder', async () => {
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1') });
    const said = await overread(['analyze', folder, '--occlusion', '--json']);
    expect([said.exit, document(said)]).toMatchObject([
      2,
      { error: { message: expect.stringContaining('--out') } },
    ]);
  });

  it('an empty --data is refused, not taken for the default folder', async () => {
    const said = await overread(['studies', '--data', '', '--json']);
    expect([said.exit, document(said)]).toMatchObject([
      2,
      { error: { message: expect.stringContaining('--data') } },
    ]);
  });

  it('help is a word as well as an option', async () => {
    const all = await overread(['help']);
    expect([all.exit, all.err]).toEqual([0, '']);
    expect(all.out).toContain('Use: overread COMMAND');
    expect((await overread(['help', 'import'])).out).toContain('Use: overread import');
  });

  it('a folder that cannot be made is said at once, and not tried for ever', async () => {
    const path = files(temporaryFolder(), { 'a.dcm': dicom('1.1') });
    const said = await overread(['import', path, '--data', '/proc/overread/data', '--json']);
    expect([said.exit, document(said)]).toMatchObject([3, { error: { code: 'data-folder' } }]);
  });

  it('an answer that cannot be written is one line, not a stack', async () => {
    const script = `${process.execPath} ${join(ROOT, 'scripts/overread.mjs')} help > /dev/full`;
    const said = await new Promise<Said>((done) => {
      execFile('/bin/sh', ['-c', script], (error, out, err) =>
        done({ exit: typeof error?.code === 'number' ? error.code : 0, out, err }),
      );
    });
    expect([said.exit, said.err]).toEqual([3, 'overread: the answer could not be written (ENOSPC).\n']);
  });
});

describe('verify', () => {
  it('finds a file that was changed on the disk', async () => {
    const data = join(temporaryFolder(), 'data');
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1') });
    await overread(['import', folder, '--data', data]);
    const store = openStore({ directory: data });
    writeFileSync(store.studies.instance('1.1').location.path, 'something else');
    store.close();
    const said = await overread(['verify', '--data', data, '--json']);
    expect(said.exit).toBe(1);
    const { checks } = verifyReportSchema.parse(document(said));
    expect(checks.find(({ name }) => name === 'files')).toMatchObject({ ok: false });
  }, 60_000);
});

describe('export', () => {
  it('is refused before the commit, and writes a PDF after it', async () => {
    const data = join(temporaryFolder(), 'data');
    const out = temporaryFolder();
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1') });
    await overread(['import', folder, '--data', data]);
    const line = ['export', '1.2.3', '--as', 'pdf', '--out', out, '--data', data, '--json'];
    const early = await overread(line);
    expect([early.exit, document(early)]).toMatchObject([1, { error: { code: 'read-not-committed' } }]);
    const store = openStore({ directory: data });
    const read = store.reads.begin('1.2.3', store.readers.create('Dr One').id);
    store.reads.save(read.id, { findings: [], noAbnormalFinding: true, impression: 'clear' });
    store.reads.commit(read.id, COMMITTED);
    store.close();
    const said = await overread(line);
    expect([said.exit, said.err]).toEqual([0, '']);
    const { path } = exportReportSchema.parse(document(said));
    expect(readFileSync(path).subarray(0, 5).toString()).toBe('%PDF-');
  }, 60_000);
});

describe('backup and restore', () => {
  it('go through the command line, with their reports and exits', { timeout: 120_000 }, async () => {
    const home = temporaryFolder();
    const [data, target] = [join(home, 'data'), join(home, 'backups')];
    await overread(['import', files(temporaryFolder(), { 'a.dcm': dicom('1.1') }), '--data', data]);
    const made = await overread(['backup', target, '--data', data, '--json']);
    const report = backupReportSchema.parse(document(made));
    expect([made.exit, report.studies, report.verification?.every(({ ok }) => ok)]).toEqual([0, 1, true]);
    const kept = await overread(['backup', target, '--keep', '1', '--no-verify', '--data', data, '--json']);
    expect(backupReportSchema.parse(document(kept))).toMatchObject({
      verification: null,
      removed: [report.id],
    });
    const list = await overread(['backup', 'list', target, '--json']);
    expect(z.array(backupListingSchema).parse(document(list))).toHaveLength(1);
    expect((await overread(['backup', 'list', target])).out).toContain('not verified');
    const good = await overread(['backup', 'verify', target, '--json']);
    expect([good.exit, document(good)]).toMatchObject([0, { ok: true }]);
    // Over data: never without a word.
    const over = await overread(['restore', target, '--data', data, '--json']);
    expect([over.exit, document(over)]).toMatchObject([1, { error: { code: 'data-folder-in-use' } }]);
    const restored = await overread(['restore', target, '--data', join(home, 'new'), '--json']);
    expect([restored.exit, restoreReportSchema.parse(document(restored)).studies]).toEqual([0, 1]);
    const studies = await overread(['studies', '--data', join(home, 'new'), '--json']);
    expect(document(studies)).toHaveLength(1);
    // What is damaged: where, and exit 1.
    const [id = ''] = readdirSync(target);
    truncateSync(join(target, id, 'overread.db'), 4096);
    const bad = await overread(['backup', 'verify', target, '--json']);
    expect([bad.exit, document(bad)]).toMatchObject([1, { ok: false }]);
    const known = await overread(['backup', 'list', target, '--json']);
    expect([known.exit, document(known)]).toMatchObject([1, [{ id, verified: { ok: false } }]]);
    expect((await overread(['backup', 'list', target])).out).toMatch(new RegExp(`${id} +BAD`));
    const refused = await overread(['restore', target, '--data', join(home, 'other'), '--json']);
    expect([refused.exit, document(refused)]).toMatchObject([1, { error: { code: 'backup-damaged' } }]);
    const nowhere = await overread(['backup', target, '--data', join(home, 'typo'), '--json']);
    expect([nowhere.exit, document(nowhere)]).toMatchObject([3, { error: { code: 'data-folder-empty' } }]);
    const inside = await overread(['backup', join(data, 'b'), '--data', data, '--json']);
    expect([inside.exit, document(inside)]).toMatchObject([1, { error: { code: 'backup-inside' } }]);
    const wrong = await overread(['backup', target, '--keep', '0', '--data', data, '--json']);
    expect(wrong.exit).toBe(2);
  });
});
