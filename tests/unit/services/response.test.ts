import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { DicomElement } from '../../../electron/dicom/write-part10.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { linkLesion } from '../../../electron/services/link-lesion.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { removeStudy } from '../../../electron/services/remove-study.ts';
import { viewResponse } from '../../../electron/services/response-view.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { stateResponse } from '../../../electron/services/state-response.ts';
import { verifyStore } from '../../../electron/services/verify-store.ts';
import type { ReadContent, ReaderFinding } from '../../../electron/shared/read.ts';
import type { NewLesions, StatedLesion } from '../../../electron/shared/response.ts';
import {
  radiograph,
  readerFinding,
  type ReadingWorld,
  readingWorld,
  STUDY,
  stageFile,
} from './reading-world.ts';

const BASE = '1.2.3.4';
const FIRST = '1.2.3.5';
const LAST = '1.2.3.6';
const EMPTY: ReadContent = { findings: [], noAbnormalFinding: false, impression: '' };
/** A CT slice of 0.5 mm a row and 0.25 mm a column. */
const CT: readonly DicomElement[] = [
  { tag: '00080060', vr: 'CS', value: 'CT' },
  { tag: '00180050', vr: 'DS', value: '3' },
  { tag: '00280030', vr: 'DS', value: ['0.5', '0.25'] },
  { tag: '00280A02', vr: 'CS', value: 'FIDUCIAL' },
];

type Box = [number, number, number, number];

/** Three CTs of the patient, of which none is read. */
function world(changes: readonly DicomElement[] = CT): ReadingWorld {
  const made = readingWorld(CT);
  for (const [uid, date] of [
    [BASE, '20260110'],
    [FIRST, '20260310'],
    [LAST, '20260610'],
  ] as const) {
    const bytes = radiograph(`${uid}.1.1`, 0, [
      { tag: '0020000D', vr: 'UI', value: uid },
      { tag: '0020000E', vr: 'UI', value: `${uid}.1` },
      { tag: '00080020', vr: 'DA', value: date },
      ...(uid === BASE ? changes : CT),
    ]);
    made.store.studies.storeStudy(uid, [stageFile(made.store, bytes)], null, 'operator');
  }
  return made;
}

const found = (uid: string, boxes: Readonly<Record<string, Box>>): ReaderFinding[] =>
  Object.entries(boxes).map(([id, box]) =>
    readerFinding({ id, box, label: id, sopInstanceUID: `${uid}.1.1`, frame: 0 }),
  );

async function read(
  { store, reader, ...parts }: ReadingWorld,
  uid: string,
  boxes: Readonly<Record<string, Box>>,
  how: 'draft' | 'commit' | 'with-ai' = 'commit',
): Promise<void> {
  const all = { ...parts, store };
  const { id: readId } = openStudy(all, uid, reader.id);
  const content = { findings: found(uid, boxes), noAbnormalFinding: false, impression: 'Mass.' };
  saveRead(all, uid, reader.id, content, EMPTY);
  if (how === 'with-ai') store.reads.showAi(readId, parts.clock.now());
  const at = { sopInstanceUID: `${uid}.1.1`, frame: 0 };
  if (how !== 'draft')
    await commitRead(all, uid, reader.id, { content, framesDisplayed: [at], acknowledgeUnseen: true });
}

async function commitDraft(made: ReadingWorld, uid: string): Promise<void> {
  const { content } = made.store.reads.find(uid, made.reader.id) ?? expect.fail('no read');
  await commitRead(made, uid, made.reader.id, { content, framesDisplayed: [], acknowledgeUnseen: true });
}

const link = (
  made: ReadingWorld,
  uid: string,
  prior: string,
  findingId: string,
  priorFindingId = findingId,
) =>
  linkLesion(made, uid, made.reader.id, { id: randomUUID(), findingId, prior, priorFindingId, linked: true });

const lesion = (findingId: string, organ = 'liver', kind: StatedLesion['kind'] = 'extranodal') => ({
  findingId,
  organ,
  kind,
});

function choose(made: ReadingWorld, uid: string, targets: StatedLesion[], baseline: string = BASE) {
  const content = { baseline, targets, nonTargets: [] };
  return stateResponse(made, uid, made.reader.id, {
    kind: 'targets',
    id: randomUUID(),
    reason: 'x',
    content,
  });
}

function state(made: ReadingWorld, uid: string, newLesions: NewLesions | null, gone: string[] = []) {
  const lesions = gone.map((findingId) => ({ findingId, state: 'gone' as const }));
  const content = { lesions, progression: false, newLesions };
  return stateResponse(made, uid, made.reader.id, {
    kind: 'time-point',
    id: randomUUID(),
    reason: 'x',
    content,
  });
}

/** 40 mm, 30 mm and 28 mm along the rows. */
const A: Box = [10, 10, 30, 90];
const SMALLER: Box = [10, 10, 30, 70];
const B: Box = [40, 10, 60, 66];

test('leak: what was stated of a study after its commit, when the AI was there to be seen, waits for the commit of the one beside', async () => {
  const made = world();
  await read(made, BASE, { a: A });
  await read(made, FIRST, { a: SMALLER }, 'draft');
  link(made, FIRST, BASE, 'a');
  choose(made, FIRST, [lesion('a')]);
  state(made, FIRST, 'none');
  await commitDraft(made, FIRST);
  // As an AI's finding that was taken over would make its reader say.
  state(made, FIRST, 'unequivocal');
  await read(made, LAST, { a: SMALLER }, 'draft');
  link(made, LAST, FIRST, 'a');
  const blind = viewResponse(made, LAST, made.reader.id);
  expect(blind.table?.times[1]).toMatchObject({ newLesions: 'none', overall: 'SD' });
  expect(JSON.stringify(blind)).not.toContain('unequivocal');
  expect(blind.notes).toEqual([
    'What you stated of 2026-03-10 after its commit is counted here once this read is committed.',
  ]);
  // Nor does taking back what was stated before the commit show.
  const before = viewResponse(made, FIRST, made.reader.id).statements.find(
    ({ kind, afterCommit }) => kind === 'time-point' && !afterCommit,
  );
  const undo = { kind: 'undo', id: randomUUID(), reason: 'x', undoes: before?.id ?? '' } as const;
  stateResponse(made, FIRST, made.reader.id, undo);
  expect(viewResponse(made, LAST, made.reader.id)).toEqual(blind);
  await commitDraft(made, LAST);
  const open = viewResponse(made, LAST, made.reader.id);
  expect(open.table?.times[1]).toMatchObject({ newLesions: 'unequivocal', overall: 'PD' });
  expect(open.notes).toEqual([]);
});

test('leak: of a baseline that was read with the AI shown nothing is told until the study is committed', async () => {
  const made = world();
  await read(made, BASE, { secretmass: A }, 'with-ai');
  await read(made, FIRST, { a: SMALLER });
  choose(made, FIRST, [lesion('secretmass')]);
  link(made, FIRST, BASE, 'a', 'secretmass');
  await read(made, LAST, { a: SMALLER }, 'draft');
  const blind = viewResponse(made, LAST, made.reader.id);
  expect(blind).toMatchObject({ choice: null, table: null, lines: [], timePoint: null });
  expect(JSON.stringify(blind)).not.toContain('secretmass');
  expect(blind.notes.join()).toContain('with the AI shown');
  expect(() => choose(made, LAST, [lesion('secretmass')])).toThrow('open here');
  await commitDraft(made, LAST);
  expect(viewResponse(made, LAST, made.reader.id).table?.times).toHaveLength(3);
});

test('leak: what another reader chose or stated is nobody else’s', async () => {
  const made = world();
  const other = { ...made, reader: made.store.readers.create('Grace') };
  for (const one of [made, other]) await read(one, BASE, { a: A });
  for (const one of [made, other]) await read(one, FIRST, { a: SMALLER }, 'draft');
  const alone = viewResponse(made, FIRST, made.reader.id);
  choose(other, FIRST, [lesion('a')]);
  state(other, FIRST, 'unequivocal');
  expect(viewResponse(made, FIRST, made.reader.id)).toEqual(alone);
});

test('a lesion that divides, and two that merge, each keep their own past', async () => {
  const made = world();
  await read(made, BASE, { a: A, b: B });
  await read(made, FIRST, { a1: [10, 10, 30, 50], a2: [10, 60, 30, 90], b: B }, 'draft');
  // a divides into 20 and 15 mm.
  link(made, FIRST, BASE, 'a1', 'a');
  link(made, FIRST, BASE, 'a2', 'a');
  link(made, FIRST, BASE, 'b');
  choose(made, FIRST, [lesion('a'), lesion('b')]);
  state(made, FIRST, 'none');
  await commitDraft(made, FIRST);
  await read(made, LAST, { all: [10, 10, 60, 110] }, 'draft');
  // All of it has become one of 50 mm.
  for (const part of ['a1', 'a2', 'b']) link(made, LAST, FIRST, 'all', part);
  const { table } = state(made, LAST, 'none');
  expect(table?.targets.map(({ cells }) => cells.map(({ mm }) => mm))).toEqual([
    [40, 35, 50],
    [28, 28, 0],
  ]);
  expect(table?.targets[0]?.cells[1]?.words).toBe('Sum of 2 parts.');
  expect(table?.targets[1]?.cells[2]?.words).toBe('Merged with a: counted there.');
  expect(table?.times.map(({ sum }) => sum)).toEqual([68, 63, 50]);
});

test('a size that the reader states counts before the extent of the mark; one measured at the detector is none', async () => {
  const made = world();
  const { reader } = made;
  await read(made, BASE, { a: A, n: B });
  await read(made, FIRST, {}, 'draft');
  const [a, n] = found(FIRST, { a: SMALLER, n: B });
  if (a === undefined || n === undefined) throw new Error('no findings');
  const sized = (how: 'stated' | 'measured-at-detector') => ({
    findings: [
      { ...a, size: { longMm: 26.5, how } },
      { ...n, size: { longMm: 22, shortMm: 9.5, how: 'measured' as const } },
    ],
    noAbnormalFinding: false,
    impression: 'Mass.',
  });
  saveRead(made, FIRST, reader.id, sized('stated'));
  link(made, FIRST, BASE, 'a');
  expect(choose(made, FIRST, [lesion('a'), lesion('n')]).warnings).toMatchObject([
    { words: expect.stringMatching(/^Linked with nothing of the baseline: n\./) },
  ]);
  link(made, FIRST, BASE, 'n');
  choose(made, FIRST, [lesion('a'), lesion('n')]);
  const cells = () =>
    viewResponse(made, FIRST, reader.id).table?.targets.map((row) => [row.cells[1]?.mm, row.cells[1]?.words]);
  const words = 'Size as the reader states it.';
  expect(cells()).toEqual([
    [26.5, words],
    [22, words],
  ]);
  // Its mark lies on an image whose spacing in the patient is known: that counts instead.
  saveRead(made, FIRST, reader.id, sized('measured-at-detector'));
  expect(cells()?.[0]).toEqual([30, '']);
  // A node counts by the short axis alone.
  const node = { ...lesion('a'), kind: 'node' as const };
  saveRead(made, FIRST, reader.id, sized('stated'));
  expect(() => choose(made, FIRST, [node])).toThrow('15 mm or more; this one has 5.0 mm');
});

test('thick slices, radiographs and unknown thickness: refused or warned, with the source', async () => {
  const thick = (mm: string) => CT.map((one) => (one.tag === '00180050' ? { ...one, value: mm } : one));
  const tooThick = world(thick('21'));
  await read(tooThick, BASE, { a: A });
  await read(tooThick, FIRST, {}, 'draft');
  expect(() => choose(tooThick, FIRST, [lesion('a')])).toThrow(
    /42 mm or more, twice the slice thickness of 21 mm; this one has 40\.0 mm\. \(RECIST 1\.1, Eisenhauer 2009, section 3\.1\.1\.\)/,
  );
  const unknown = world(CT.filter(({ tag }) => tag !== '00180050'));
  await read(unknown, BASE, { a: A });
  await read(unknown, FIRST, {}, 'draft');
  expect(choose(unknown, FIRST, [lesion('a')]).warnings).toMatchObject([
    { words: expect.stringContaining('does not say how thick'), source: expect.stringContaining('3.1.1') },
  ]);
});

test('a baseline that is still a draft follows its marks: one that shrinks below the rule is told', async () => {
  const made = world();
  await read(made, BASE, { a: A }, 'draft');
  choose(made, BASE, [lesion('a')]);
  const { reader } = made;
  const smaller = {
    findings: found(BASE, { a: [10, 10, 20, 20] }),
    noAbnormalFinding: false,
    impression: '',
  };
  saveRead(made, BASE, reader.id, smaller);
  expect(viewResponse(made, BASE, reader.id).warnings.map(({ words }) => words)).toEqual([
    'a: a target lesion has a longest diameter of 10 mm or more; this one has 5.0 mm.',
  ]);
  saveRead(made, BASE, reader.id, EMPTY);
  expect(viewResponse(made, BASE, reader.id)).toMatchObject({
    table: { times: [{ sum: null, targetWords: 'A target lesion has no size at baseline.' }] },
    warnings: [{ words: expect.stringContaining('not (any more) in your read') }],
  });
});

test('statements stay, and go with either of their studies; nothing of the trail is missing then', async () => {
  const made = world();
  const { store, reader } = made;
  await read(made, BASE, { a: A });
  await read(made, FIRST, { a: SMALLER }, 'draft');
  choose(made, FIRST, [lesion('a')]);
  const said = state(made, FIRST, 'none').statements.at(-1)?.id ?? '';
  stateResponse(made, FIRST, reader.id, {
    kind: 'undo',
    id: randomUUID(),
    reason: '',
    undoes: said,
  });
  await read(made, STUDY, {}, 'draft');
  state(made, STUDY, 'equivocal', ['a']);
  expect(store.responses.statements(reader.id).map(({ kind }) => kind)).toEqual([
    'targets',
    'time-point',
    'undo',
    'time-point',
  ]);
  expect((await verifyStore(store)).filter(({ ok }) => !ok)).toEqual([]);
  const name = store.studies.detail(BASE, null).patientName;
  removeStudy(store, FIRST, name, 'operator');
  expect(store.responses.statements(reader.id)).toHaveLength(1);
  // The choice was made in the study that went: it is to be made again.
  expect(viewResponse(made, STUDY, reader.id).choice).toBeNull();
  removeStudy(store, BASE, name, 'operator');
  expect(store.responses.statements(reader.id)).toEqual([]);
  expect((await verifyStore(store)).filter(({ ok }) => !ok)).toEqual([]);
});
