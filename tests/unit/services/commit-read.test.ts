import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { writePart10 } from '../../../electron/dicom/write-part10.ts';
import { verifyRead } from '../../../electron/services/canonical-read.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import type { Read } from '../../../electron/shared/read.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { temporaryFolder } from '../store/parts.ts';
import {
  actionsOf,
  BOTH_FRAMES,
  IMAGE,
  OTHER_IMAGE,
  readerFinding,
  onScreen,
  readingWorld,
  type ReadingWorld,
  STUDY,
  stageFile,
} from './reading-world.ts';

function draft(world: ReadingWorld, impression = 'Opacity in the right upper zone.'): Read {
  openStudy(world, STUDY, world.reader.id);
  return saveRead(world, STUDY, world.reader.id, {
    findings: [readerFinding()],
    noAbnormalFinding: false,
    impression,
  });
}

/** A JPEG transfer syntax over bytes that are no JPEG, of so many rows and columns: taken by its header, refused by the decoder. */
function jpegOfNonsense(sopInstanceUID: string, size: number): Uint8Array {
  return writePart10({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.1.1',
    sopInstanceUID,
    transferSyntaxUID: '1.2.840.10008.1.2.4.70',
    elements: [
      { tag: '0020000D', vr: 'UI', value: STUDY },
      { tag: '0020000E', vr: 'UI', value: `${STUDY}.1` },
      { tag: '00080060', vr: 'CS', value: 'DX' },
      { tag: '00280002', vr: 'US', value: 1 },
      { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
      { tag: '00280010', vr: 'US', value: size },
      { tag: '00280011', vr: 'US', value: size },
      { tag: '00280100', vr: 'US', value: 16 },
      { tag: '00280101', vr: 'US', value: 12 },
      { tag: '00280102', vr: 'US', value: 11 },
      { tag: '00280103', vr: 'US', value: 0 },
      { tag: '7FE00010', vr: 'OB', value: { fragments: [new Uint8Array(64).fill(7)] } },
    ],
  });
}

const commitBoth = (world: ReadingWorld): Promise<Read> =>
  commitRead(world, STUDY, world.reader.id, {
    content: onScreen(world),
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });

test('a commit hashes, signs, times and audits the read', async () => {
  const world = readingWorld();
  draft(world);
  const read = await commitBoth(world);
  expect(read.status).toBe('committed');
  expect(read.committedAt).toBe('2026-11-23T12:00:00.000Z');
  expect(read.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(verifyRead(world.store, read)).toBe('intact');
  expect(actionsOf(world)).toEqual(['import', 'reader-created', 'open', 'commit']);
  expect(world.store.audit.verify().brokenAt).toBeNull();
});

test("it is refused without an impression, and taken with an explicit 'no abnormal finding'", async () => {
  const world = readingWorld();
  draft(world, '  \n ');
  await expect(commitBoth(world)).rejects.toMatchObject({ type: 'refused', code: 'impression-missing' });
  expect(world.store.reads.find(STUDY, world.reader.id)?.status).toBe('draft');
  saveRead(world, STUDY, world.reader.id, { findings: [], noAbnormalFinding: true, impression: '' });
  expect((await commitBoth(world)).status).toBe('committed');
});

test.each(['\u200b', '\u202e \u0000', '\ufeff\n'])(
  'an impression that nobody can see is none: %j',
  async (impression) => {
    const world = readingWorld();
    draft(world, impression);
    await expect(commitBoth(world)).rejects.toMatchObject({ code: 'impression-missing' });
  },
);

test('a draft that another window changed is not locked from this one', async () => {
  const world = readingWorld();
  const shown = draft(world, 'Nodule, 12 mm.').content;
  saveRead(world, STUDY, world.reader.id, { ...shown, impression: 'x' }, shown);
  const commit = commitRead(world, STUDY, world.reader.id, {
    content: shown,
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
  await expect(commit).rejects.toMatchObject({ type: 'refused', code: 'read-changed' });
  expect(world.store.reads.find(STUDY, world.reader.id)?.status).toBe('draft');
  const stale = () => saveRead(world, STUDY, world.reader.id, { ...shown, impression: 'y' }, shown);
  expect(stale).toThrow(expect.objectContaining({ code: 'read-changed' }));
});

test('it is refused before the study was opened, and a second time', async () => {
  const world = readingWorld();
  await expect(commitBoth(world)).rejects.toMatchObject({ code: 'read-unknown' });
  draft(world);
  await commitBoth(world);
  await expect(commitBoth(world)).rejects.toMatchObject({ code: 'read-committed' });
  expect(() => draft(world)).toThrow(expect.objectContaining({ code: 'read-committed' }));
});

test('frames that were not displayed are listed, and kept once acknowledged', async () => {
  const world = readingWorld();
  draft(world);
  const framesDisplayed = [{ sopInstanceUID: IMAGE, frame: 0 }];
  const missing = [{ sopInstanceUID: OTHER_IMAGE, frame: 0, reason: 'not displayed' }];
  const commit = (acknowledgeUnseen: boolean): Promise<Read> =>
    commitRead(world, STUDY, world.reader.id, {
      content: onScreen(world),
      framesDisplayed,
      acknowledgeUnseen,
    });
  await expect(commit(false)).rejects.toMatchObject({ code: 'frames-unseen', detail: { frames: missing } });
  const read = await commit(true);
  expect(read.framesNotSeen).toEqual(missing);
  expect(read.framesDisplayed).toEqual(framesDisplayed);
});

test('a frame that the study does not have is refused', async () => {
  const world = readingWorld();
  draft(world);
  const stray = [...BOTH_FRAMES, { sopInstanceUID: IMAGE, frame: 1 }];
  await expect(
    commitRead(world, STUDY, world.reader.id, {
      content: onScreen(world),
      framesDisplayed: stray,
      acknowledgeUnseen: true,
    }),
  ).rejects.toMatchObject({ code: 'frame-unknown' });
});

test('a study of which nothing was shown is committed only by one who knows it', async () => {
  const world = readingWorld();
  openStudy(world, STUDY, world.reader.id);
  saveRead(world, STUDY, world.reader.id, { findings: [], noAbnormalFinding: true, impression: '' });
  // Both images are captures of unknown origin now: withheld until the commit, so that nothing is left to show.
  world.store.studies.withheld = () => new Set([IMAGE, OTHER_IMAGE]);
  const commit = (acknowledgeUnseen: boolean): Promise<Read> =>
    commitRead(world, STUDY, world.reader.id, {
      content: onScreen(world),
      framesDisplayed: [],
      acknowledgeUnseen,
    });
  await expect(commit(false)).rejects.toMatchObject({ type: 'refused', code: 'nothing-shown' });
  expect(await commit(true)).toMatchObject({ framesDisplayed: [], framesNotSeen: [] });
});

test('an image that cannot even be laid out was not seen: the commit asks, and names it with its reason', async () => {
  const world = readingWorld();
  draft(world);
  const huge = '1.2.3.7.1.9';
  const file = jpegOfNonsense(huge, 65535);
  world.store.studies.storeStudy(STUDY, [stageFile(world.store, file)], null, 'operator');
  await expect(commitBoth(world)).rejects.toMatchObject({
    code: 'frames-unseen',
    detail: { frames: [{ sopInstanceUID: huge, frame: 0, reason: expect.stringContaining('larger than') }] },
  });
});

test('a frame that cannot be decoded was not seen, whatever the window reports', async () => {
  const world = readingWorld();
  const broken = '1.2.3.7.1.3';
  const file = jpegOfNonsense(broken, 8);
  world.store.studies.storeStudy(STUDY, [stageFile(world.store, file)], null, 'operator');
  world.store.studies.flag(STUDY, 'A frame cannot be decoded.');
  draft(world);
  const framesDisplayed = [...BOTH_FRAMES, { sopInstanceUID: broken, frame: 0 }];
  const read = await commitRead(world, STUDY, world.reader.id, {
    content: onScreen(world),
    framesDisplayed,
    acknowledgeUnseen: true,
  });
  expect(read.framesDisplayed).toEqual(BOTH_FRAMES);
  expect(read.framesNotSeen).toHaveLength(1);
  expect(read.framesNotSeen[0]).toMatchObject({ sopInstanceUID: broken, frame: 0 });
  expect(read.framesNotSeen[0]?.reason).toMatch(/^cannot be decoded: ./);
});

test('what somebody changes in the database afterwards is found', async () => {
  const world = readingWorld();
  draft(world);
  const read = await commitBoth(world);
  const copy = join(temporaryFolder(), 'copy');
  world.store.close();
  cpSync(world.store.directory, copy, { recursive: true });
  const reopened = (change: string): ReturnType<typeof verifyRead> => {
    const database = new Database(join(copy, 'overread.db'));
    expect(() => database.exec(change)).toThrow(/never changes/);
    database.exec(`DROP TRIGGER committed_reads_never_change; ${change}`);
    database.close();
    const store = openStore({ directory: copy });
    const changed = store.reads.committed(STUDY)[0];
    const found = changed === undefined ? 'not-committed' : verifyRead(store, changed);
    store.close();
    return found;
  };
  const content = JSON.stringify({ ...read.content, impression: 'Nothing.' });
  expect(reopened(`UPDATE reads SET content = '${content}'`)).toBe('changed');
});

test('another key, or a changed file, is found too', async () => {
  const world = readingWorld();
  draft(world);
  const read = await commitBoth(world);
  const forged = world.store.readers.sign(world.store.readers.create('Other').id, new Uint8Array(3));
  expect(verifyRead(world.store, { ...read, signature: forged })).toBe('signature-wrong');
  expect(verifyRead(world.store, { ...read, signature: 'no signature' })).toBe('signature-wrong');
  expect(verifyRead(world.store, { ...read, framesDisplayed: BOTH_FRAMES.slice(1) })).toBe('changed');
  const store = {
    ...world.store,
    studies: Object.assign(Object.create(world.store.studies) as typeof world.store.studies, {
      instancesOf: (study: string) =>
        world.store.studies.instancesOf(study).map((one) => ({ ...one, sha256: 'c'.repeat(64) })),
    }),
  };
  expect(verifyRead(store, read)).toBe('changed');
});
