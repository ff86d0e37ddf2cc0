import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DicomElement } from '../../../electron/dicom/write-part10.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { linkLesion } from '../../../electron/services/link-lesion.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { stateResponse } from '../../../electron/services/state-response.ts';
import {
  radiograph,
  readerFinding,
  type ReadingWorld,
  readingWorld,
  STUDY,
  stageFile,
} from '../services/reading-world.ts';
import { temporaryFolder } from '../store/parts.ts';
import { document, overread } from './overread-process.ts';

const BASE = '1.2.3.4';
const EMPTY = { findings: [], noAbnormalFinding: false, impression: '' };
const CT: readonly DicomElement[] = [
  { tag: '00080060', vr: 'CS', value: 'CT' },
  { tag: '00180050', vr: 'DS', value: '3' },
  { tag: '00280030', vr: 'DS', value: ['0.5', '0.25'] },
  { tag: '00280A02', vr: 'CS', value: 'FIDUCIAL' },
];

async function read(world: ReadingWorld, uid: string, height: number, commit = true): Promise<void> {
  const { id } = world.reader;
  openStudy(world, uid, id);
  const at = { sopInstanceUID: `${uid}.1.1`, frame: 0 };
  const mass = readerFinding({ ...at, id: 'mass', label: 'Mass', box: [10, 10, 30, 10 + height] });
  const content = { findings: [mass], noAbnormalFinding: false, impression: 'Mass.' };
  saveRead(world, uid, id, content, EMPTY);
  if (commit) await commitRead(world, uid, id, { content, framesDisplayed: [at], acknowledgeUnseen: true });
}

it('change: the lesions and the response of the newest committed read, and its table as CSV', async () => {
  const world = readingWorld(CT);
  const { store, reader } = world;
  const data = store.directory;
  const bytes = radiograph(`${BASE}.1.1`, 0, [
    { tag: '0020000D', vr: 'UI', value: BASE },
    { tag: '0020000E', vr: 'UI', value: `${BASE}.1` },
    { tag: '00080020', vr: 'DA', value: '20260110' },
    ...CT,
  ]);
  store.studies.storeStudy(BASE, [stageFile(store, bytes)], null, 'operator');
  await read(world, BASE, 80);
  await read(world, STUDY, 50, false);
  const early = await overread(['change', STUDY, '--data', data, '--json']);
  expect([early.exit, document(early)]).toMatchObject([1, { error: { code: 'read-not-committed' } }]);
  const { content } = store.reads.find(STUDY, reader.id) ?? expect.fail('no read');
  await commitRead(world, STUDY, reader.id, { content, framesDisplayed: [], acknowledgeUnseen: true });
  const csv = join(temporaryFolder(), 'response.csv');
  const none = await overread(['change', STUDY, '--data', data, '--csv', csv]);
  expect([none.exit, none.err]).toEqual([1, expect.stringContaining('there is no table to export')]);
  linkLesion(world, STUDY, reader.id, {
    id: randomUUID(),
    findingId: 'mass',
    prior: BASE,
    priorFindingId: 'mass',
    linked: true,
  });
  const targets = [{ findingId: 'mass', kind: 'extranodal' as const, organ: 'lung' }];
  const said = () => ({ id: randomUUID(), reason: 'Asked for.' });
  stateResponse(world, STUDY, reader.id, {
    ...said(),
    kind: 'targets',
    content: { baseline: BASE, targets, nonTargets: [] },
  });
  stateResponse(world, STUDY, reader.id, {
    ...said(),
    kind: 'time-point',
    content: { lesions: [], progression: false, newLesions: 'none' },
  });
  const told = await overread(['change', STUDY, '--reader', 'R. Reader', '--data', data, '--json']);
  expect(told.exit).toBe(0);
  expect(document(told)).toMatchObject({
    studyInstanceUID: STUDY,
    reader: 'R. Reader',
    lesions: [{ label: 'Mass', points: [{ size: { long: 40 } }, { size: { long: 25 } }] }],
    response: {
      choice: { baseline: BASE },
      times: [{ sum: 40 }, { sum: 25, percentFromBaseline: -37.5, overall: 'PR' }],
    },
    csv: null,
  });
  const written = await overread(['change', STUDY, '--data', data, '--csv', csv]);
  expect(written.out).toContain('PR partial response');
  expect(readFileSync(csv, 'utf8')).toContain('"course","targets","","sum of diameters","mm",40,25\r\n');
  const again = await overread(['change', STUDY, '--data', data, '--csv', csv]);
  expect([again.exit, again.err]).toEqual([1, expect.stringContaining('is there already')]);
  const nobody = await overread(['change', STUDY, '--data', data, '--reader', 'Nobody']);
  expect([nobody.exit, nobody.err]).toEqual([1, expect.stringContaining('no reader called Nobody')]);
}, 120_000);
