import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { DicomElement } from '../../../electron/dicom/write-part10.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { linkLesion } from '../../../electron/services/link-lesion.ts';
import { listPriors } from '../../../electron/services/list-priors.ts';
import { openPrior } from '../../../electron/services/open-prior.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { removeStudy } from '../../../electron/services/remove-study.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { trackLesions } from '../../../electron/services/track-lesions.ts';
import { verifyStore } from '../../../electron/services/verify-store.ts';
import type { ReadContent } from '../../../electron/shared/read.ts';
import {
  radiograph,
  readerFinding,
  type ReadingWorld,
  readingWorld,
  STUDY,
  stageFile,
} from './reading-world.ts';

const PRIOR = '1.2.3.6';
const OLDER = '1.2.3.5';
const EMPTY: ReadContent = { findings: [], noAbnormalFinding: false, impression: '' };
/** 0.5 mm a row and 0.25 mm a column in the patient, as the file says. */
const IN_PATIENT: readonly DicomElement[] = [
  { tag: '00280030', vr: 'DS', value: ['0.5', '0.25'] },
  { tag: '00280A02', vr: 'CS', value: 'FIDUCIAL' },
];

function add(world: ReadingWorld, uid: string, date: string, changes: readonly DicomElement[] = []): void {
  const bytes = radiograph(`${uid}.1.1`, 0, [
    { tag: '0020000D', vr: 'UI', value: uid },
    { tag: '0020000E', vr: 'UI', value: `${uid}.1` },
    { tag: '00080020', vr: 'DA', value: date },
    ...changes,
  ]);
  world.store.studies.storeStudy(uid, [stageFile(world.store, bytes)], null, 'operator');
}

async function read(
  world: ReadingWorld,
  uid: string,
  box: [number, number, number, number],
  how: 'draft' | 'commit' | 'with-ai' = 'commit',
): Promise<void> {
  const { id } = world.reader;
  const { id: readId } = openStudy(world, uid, id);
  const at = { sopInstanceUID: `${uid}.1.1`, frame: 0 };
  const content = {
    findings: [readerFinding({ ...at, box, label: 'Mass' })],
    noAbnormalFinding: false,
    impression: 'Mass.',
  };
  saveRead(world, uid, id, content, EMPTY);
  if (how === 'with-ai') world.store.reads.showAi(readId, world.clock.now());
  if (how !== 'draft')
    await commitRead(world, uid, id, { content, framesDisplayed: [at], acknowledgeUnseen: true });
}

const link = (world: ReadingWorld, uid: string, prior: string, linked = true) =>
  linkLesion(world, uid, world.reader.id, {
    id: randomUUID(),
    findingId: 'r1',
    prior,
    priorFindingId: 'r1',
    linked,
  });

test('findings of a prior that were made with the AI shown wait for the commit of the study, as do their lesions', async () => {
  const world = readingWorld();
  const { id } = world.reader;
  add(world, PRIOR, '20260120');
  await read(world, PRIOR, [20, 20, 60, 60], 'with-ai');
  await read(world, STUDY, [20, 20, 80, 80], 'draft');
  const blind = openPrior(world, STUDY, PRIOR, id);
  expect(blind.own).toBeNull();
  expect(blind.notes.join()).toContain('with the AI shown');
  expect(() => link(world, STUDY, PRIOR)).toThrow('your own committed read');
  const { content } = world.store.reads.find(STUDY, id) ?? expect.fail('no read');
  await commitRead(world, STUDY, id, { content, framesDisplayed: [], acknowledgeUnseen: true });
  expect(openPrior(world, STUDY, PRIOR, id).own?.findings).toHaveLength(1);
  expect(link(world, STUDY, PRIOR)).toHaveLength(1);
});

test('an uncommitted prior has no findings of the reader beside, and cannot be linked', async () => {
  const world = readingWorld();
  add(world, PRIOR, '20260120');
  await read(world, PRIOR, [20, 20, 60, 60], 'draft');
  await read(world, STUDY, [20, 20, 80, 80], 'draft');
  expect(openPrior(world, STUDY, PRIOR, world.reader.id)).toMatchObject({
    own: null,
    notes: [],
    prior: { ownRead: 'draft' },
  });
  expect(() => link(world, STUDY, PRIOR)).toThrow('your own committed read');
});

test('spacing at the detector gives no millimetres, and says why', async () => {
  const world = readingWorld();
  add(world, PRIOR, '20260120');
  await read(world, PRIOR, [20, 20, 60, 60]);
  await read(world, STUDY, [20, 20, 80, 80], 'draft');
  const [track] = link(world, STUDY, PRIOR);
  expect(track?.points.map(({ size, unmeasured }) => [size, unmeasured])).toEqual([
    [null, expect.stringContaining('at the detector alone')],
    [null, expect.stringContaining('at the detector alone')],
  ]);
  expect(track?.words).toContain('not measured');
});

test('a course over three studies, linked one by one, in millimetres of each image', async () => {
  const world = readingWorld(IN_PATIENT);
  const { store, reader } = world;
  add(world, OLDER, '20251120', IN_PATIENT);
  add(world, PRIOR, '20260520', IN_PATIENT);
  // Columns of 0.25 mm, rows of 0.5 mm: 15 × 10, 10 × 10 and 20 × 15 mm.
  await read(world, OLDER, [20, 20, 80, 40]);
  await read(world, PRIOR, [20, 20, 60, 40], 'draft');
  link(world, PRIOR, OLDER);
  const { content } = store.reads.find(PRIOR, reader.id) ?? expect.fail('no read');
  await commitRead(world, PRIOR, reader.id, { content, framesDisplayed: [], acknowledgeUnseen: true });
  await read(world, STUDY, [20, 20, 100, 50], 'draft');
  const [track] = link(world, STUDY, PRIOR);
  const points = track?.points ?? [];
  expect(points.map(({ date, size, direct }) => [date, size?.long, size?.short, direct])).toEqual([
    ['2025-11-20', 15, 10, false],
    ['2026-05-20', 10, 10, true],
    ['2026-11-20', 20, 15, false],
  ]);
  expect(points.map(({ response }) => response)).toEqual([null, 'PR', 'PD']);
  // π/6 · 20 · 15 · 15 over π/6 · 10³ is 4.5 in 184 days: 184 · ln 2 / ln 4.5.
  expect(points[2]?.change).toMatchObject({
    days: 184,
    longPercent: 100,
    volumePercent: expect.closeTo(350, 6),
  });
  expect(points[2]?.change?.doublingDays).toBeCloseTo(84.796, 2);
  expect(points[2]?.size?.area).toBeCloseTo(235.6194, 3);
  expect((await verifyStore(store)).filter(({ ok }) => !ok)).toEqual([]);

  // With the study in the middle go both of its links, and nothing of the trail is missing then.
  removeStudy(store, PRIOR, store.studies.detail(PRIOR, null).patientName, 'operator');
  expect(trackLesions(world, STUDY, reader.id)).toEqual([]);
  expect((await verifyStore(store)).filter(({ ok }) => !ok)).toEqual([]);
});

test('a link is undone by another row, and may be made again', async () => {
  const world = readingWorld();
  add(world, PRIOR, '20260120');
  await read(world, PRIOR, [20, 20, 60, 60]);
  await read(world, STUDY, [20, 20, 80, 80], 'draft');
  expect(link(world, STUDY, PRIOR)).toHaveLength(1);
  expect(link(world, STUDY, PRIOR, false)).toEqual([]);
  expect(link(world, STUDY, PRIOR)).toHaveLength(1);
  expect(world.store.audit.list(3, 0).map(({ action }) => action)).toEqual([
    'link-lesion',
    'unlink-lesion',
    'link-lesion',
  ]);
});

test('the issuer of the Patient ID parts two patients of one number', () => {
  const world = readingWorld([{ tag: '00100021', vr: 'LO', value: 'CITY' }]);
  const issuer = (value: string): DicomElement => ({ tag: '00100021', vr: 'LO', value });
  add(world, PRIOR, '20260120', [issuer('CITY')]);
  add(world, OLDER, '20260110', [issuer('OTHER'), { tag: '00100010', vr: 'PN', value: 'ROE^R' }]);
  const priors = listPriors(world, STUDY, world.reader.id);
  expect(priors.map(({ studyInstanceUID, why }) => [studyInstanceUID, why])).toEqual([
    [PRIOR, 'Same Patient ID of the same issuer'],
  ]);
});
