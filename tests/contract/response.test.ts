import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReaderFinding } from '../../electron/shared/read.ts';
import type { ReportView } from '../../electron/shared/report.ts';
import type { ResponseView } from '../../electron/shared/response.ts';
import { EMPTY } from './every-route.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import {
  choiceOf,
  COURSE,
  ctSlice,
  findingAt,
  findingsOf,
  sopOf,
  uidOf,
  WORKED,
  writeCourse,
} from './response-course.ts';
import { asJson, importPaths, sitDown } from './study-fixture.ts';

/** Without pixel spacing, a month before the baseline. */
const BARE = '1.2.826.0.1.810';
/** Without a date. */
const UNDATED = '1.2.826.0.1.811';
const GONE = { findingId: 'lung', state: 'gone' };

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('response by RECIST 1.1 over the %s host', (_name, openMount) => {
  let folder: string;
  let mount: Mount;

  const at = (study: string, path: string): string => `/api/studies/${study}/${path}`;
  const view = (study: string) => asJson<ResponseView>(mount.fetch(at(study, 'response')));
  const state = (study: string, body: object) =>
    mount.fetch(at(study, 'response'), send('POST', { id: randomUUID(), reason: '', ...body }));
  const stated = async (study: string, body: object): Promise<ResponseView> => {
    const answer = await state(study, body);
    expect(answer.status, await answer.clone().text()).toBe(200);
    return (await answer.json()) as ResponseView;
  };
  const refused = async (study: string, body: object): Promise<{ code: string; message: string }> => {
    const answer = await state(study, body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    return (await answer.json()) as { code: string; message: string };
  };
  const targets = (content: object) => ({
    kind: 'targets',
    content: {
      baseline: uidOf(0),
      targets: choiceOf('target'),
      nonTargets: choiceOf('non-target'),
      ...content,
    },
  });
  const timePoint = (content: object) => ({
    kind: 'time-point',
    content: { lesions: [], progression: false, newLesions: 'none', ...content },
  });

  async function draft(study: string, findings: readonly ReaderFinding[]): Promise<object> {
    const content = { findings, noAbnormalFinding: false, impression: 'Metastases.' };
    await mount.fetch(at(study, 'open'), { method: 'POST' });
    const saved = await mount.fetch(at(study, 'read'), send('PUT', { ...content, before: EMPTY }));
    expect(saved.status, await saved.text()).toBe(200);
    return content;
  }

  async function commit(study: string, content: object): Promise<void> {
    const framesDisplayed = [{ sopInstanceUID: sopOf(study), frame: 0 }];
    const body = send('POST', { content, framesDisplayed, acknowledgeUnseen: true });
    const answer = await mount.fetch(at(study, 'commit'), body);
    expect(answer.status, await answer.text()).toBe(200);
  }

  async function link(study: string, prior: string, findingId: string, priorFindingId = findingId) {
    const body = send('POST', { id: randomUUID(), findingId, prior, priorFindingId, linked: true });
    expect((await mount.fetch(at(study, 'lesions'), body)).status).toBe(200);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-response-'));
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'bare.dcm'), ctSlice(BARE, '2025-12-10', null));
    writeFileSync(join(other, 'undated.dcm'), ctSlice(UNDATED, '', ['0.5', '0.5']));
    mount = await openMount({ directory: join(folder, 'data') });
    await sitDown(mount, 'Ada');
    await importPaths(mount, [writeCourse(folder), other]);
    await mount.workstation.analysis.settled();
    for (const study of [BARE, UNDATED])
      await commit(study, await draft(study, [findingAt(study, 'b1', 'Liver metastasis', [10, 10, 90, 90])]));
    await commit(uidOf(0), await draft(uidOf(0), findingsOf(0)));
  });

  afterAll(async () => {
    await mount.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a study that its reader has not opened has nothing, and one without targets has candidates alone', async () => {
    expect(await view(uidOf(2))).toMatchObject({ choice: null, table: null, candidates: [] });
    await draft(uidOf(1), findingsOf(1));
    const { candidates, table, lines } = await view(uidOf(1));
    // The one without a date can be no baseline.
    expect(candidates.map(({ studyInstanceUID }) => studyInstanceUID)).toEqual([BARE, uidOf(0), uidOf(1)]);
    expect(candidates[0]?.findings[0]).toMatchObject({
      long: null,
      unmeasured: expect.stringContaining('spacing'),
    });
    expect(candidates[1]?.findings.find(({ findingId }) => findingId === 'node')).toMatchObject({
      kind: 'node',
      long: 25,
      short: 18,
    });
    expect([table, lines]).toEqual([null, []]);
  });

  test('a choice that breaks a rule is refused with every fault and where the rule is written', async () => {
    const [liver, second, lung, node] = choiceOf('target');
    const cases: [object, RegExp][] = [
      [
        { targets: [liver, second, { ...lung, organ: ' Liver' }] },
        /3 target lesions in liver: at most 2 an organ\. \(RECIST 1\.1, Eisenhauer 2009, section 4\.2\.\)/,
      ],
      // As an extranodal lesion its long axis would do; as a node the pleura's short axis of 10 mm does not.
      [{ targets: [{ findingId: 'pleura', kind: 'node', organ: '' }], nonTargets: [] }, /15 mm or more/],
      [{ targets: [{ ...liver, organ: ' ' }] }, /Name the organ/],
      [{ targets: [liver, liver] }, /chosen twice/],
      [{ targets: [liver], nonTargets: [liver] }, /chosen twice/],
      [{ targets: [], nonTargets: [] }, /No lesion was chosen/],
      [
        { baseline: BARE, targets: [{ ...liver, findingId: 'b1' }], nonTargets: [] },
        /size in millimetres at baseline\. The file states no pixel spacing/,
      ],
      [
        { baseline: UNDATED, targets: [{ ...liver, findingId: 'b1' }], nonTargets: [] },
        /baseline has no date/,
      ],
    ];
    for (const [content, words] of cases) {
      const { code, message } = await refused(uidOf(1), targets(content));
      expect([code, message]).toEqual(['response-rules', expect.stringMatching(words)]);
    }
    expect(node).toMatchObject({ kind: 'node' });
    const unknown = targets({ targets: [{ ...liver, findingId: 'nothing' }] });
    expect(await refused(uidOf(1), unknown)).toMatchObject({ code: 'finding-unknown' });
    expect(await refused(uidOf(1), targets({ baseline: '1.2.3' }))).toMatchObject({
      code: 'baseline-unknown',
    });
    expect(await refused(uidOf(1), timePoint({}))).toMatchObject({ code: 'targets-not-chosen' });
    expect(mount.workstation.store.responses.statements('nobody')).toEqual([]);
  });

  test('what is not linked and not stated is not evaluable; a statement that contradicts a mark is refused', async () => {
    const chosen = await stated(uidOf(1), targets({}));
    expect(chosen.table?.times.map(({ overall }) => overall)).toEqual([null, 'NE']);
    // Nothing was measured or stated here: a report says nothing of it.
    expect(chosen.lines).toEqual([]);
    for (const id of ['liver-1', 'liver-2', 'node', 'pleura']) await link(uidOf(1), uidOf(0), id);
    expect((await view(uidOf(1))).table?.times[1]).toMatchObject({
      target: 'NE',
      targetWords: expect.stringMatching(/^Lung nodule: No mark/),
    });
    const wrong = [
      [timePoint({ lesions: [{ findingId: 'liver-1', state: 'gone' }] }), 'response-contradicts'],
      [timePoint({ lesions: [{ findingId: 'liver-1', state: 'too-small' }] }), 'response-contradicts'],
      [timePoint({ lesions: [{ findingId: 'liver-1', state: 'present' }] }), 'finding-unknown'],
      [timePoint({ lesions: [{ findingId: 'pleura', state: 'too-small' }] }), 'finding-unknown'],
      [timePoint({ lesions: [GONE, GONE] }), 'finding-unknown'],
      [{ kind: 'undo', undoes: 'nothing' }, 'statement-unknown'],
    ] as const;
    for (const [body, code] of wrong) expect(await refused(uidOf(1), body)).toMatchObject({ code });
    // The baseline itself is no time after it.
    expect(await refused(uidOf(0), { ...timePoint({}), reason: 'Late.' })).toMatchObject({
      code: 'not-after-baseline',
    });
  });

  test('the worked course: sums, changes and responses are those that Python computed', async () => {
    const first = await stated(uidOf(1), timePoint({ lesions: [GONE] }));
    expect(first.table?.times[1]).toMatchObject({ overall: 'PR', draft: true });
    await commit(uidOf(1), {
      findings: findingsOf(1),
      noAbnormalFinding: false,
      impression: 'Metastases.',
    });
    await draft(uidOf(2), findingsOf(2));
    // One by one, some to the baseline and some to the study between: it is one course.
    await link(uidOf(2), uidOf(1), 'liver-1');
    await link(uidOf(2), uidOf(1), 'liver-2');
    await link(uidOf(2), uidOf(0), 'lung');
    await link(uidOf(2), uidOf(1), 'node');
    const { table, warnings } = await stated(
      uidOf(2),
      timePoint({ lesions: [{ findingId: 'pleura', state: 'present' }] }),
    );
    const course = table ?? expect.fail('no table');
    expect(warnings).toEqual([]);
    expect(course.times.map(({ date }) => date)).toEqual(COURSE.studies.map(({ date }) => date));
    for (const [at, diameters] of WORKED.diameters.entries())
      for (const [row, mm] of diameters.entries())
        expect(course.targets[row]?.cells[at]?.mm, `${row} at ${at}`).toBeCloseTo(mm, 9);
    expect(course.times[0]?.sum).toBeCloseTo(WORKED.baseline, 9);
    for (const [at, expected] of WORKED.times.entries()) {
      const made = course.times[at + 1] ?? expect.fail('no time');
      expect(made.sum).toBeCloseTo(expected.sum, 9);
      expect(made.nadir).toBeCloseTo(expected.nadir, 9);
      expect(made.percentFromBaseline).toBeCloseTo(expected.fromBaseline, 9);
      expect(made.percentFromNadir).toBeCloseTo(expected.fromNadir, 9);
      expect(made.mmFromNadir).toBeCloseTo(expected.mmFromNadir, 9);
      expect([made.target, made.nonTarget, made.overall]).toEqual([
        expected.target,
        expected.nonTarget,
        expected.overall,
      ]);
    }
    expect(course.times.map(({ overall }) => overall)).toEqual([null, 'PR', 'PD']);
  });

  test('before the commit a statement is replaced or taken back; after it each change needs a reason', async () => {
    const replaced = await stated(uidOf(2), timePoint({ newLesions: null }));
    expect(replaced.timePoint?.newLesions).toBeNull();
    const last = replaced.statements.at(-1)?.id;
    const back = await stated(uidOf(2), { kind: 'undo', undoes: last });
    expect(back.timePoint).toMatchObject({ newLesions: 'none' });
    expect(await refused(uidOf(2), { kind: 'undo', undoes: last })).toMatchObject({
      code: 'statement-unknown',
    });
    // The same id again says nothing more.
    const id = randomUUID();
    await stated(uidOf(2), { ...timePoint({ newLesions: 'equivocal' }), id });
    const again = await stated(uidOf(2), { ...timePoint({ newLesions: 'unequivocal' }), id });
    expect(again.timePoint?.newLesions).toBe('equivocal');
    await stated(uidOf(2), { kind: 'undo', undoes: id });
    const early = await mount.fetch(at(uidOf(2), 'response.csv'));
    expect([early.status, await early.json()]).toMatchObject([403, { code: 'read-not-committed' }]);
    await commit(uidOf(2), {
      findings: findingsOf(2),
      noAbnormalFinding: false,
      impression: 'Metastases.',
    });
    expect(await refused(uidOf(2), timePoint({ newLesions: 'unequivocal' }))).toMatchObject({
      code: 'reason-missing',
    });
    const late = await stated(uidOf(2), {
      ...timePoint({ newLesions: 'unequivocal' }),
      reason: 'Seen with the CT of the head.',
    });
    expect(late.statements.at(-1)).toMatchObject({
      afterCommit: true,
      reason: 'Seen with the CT of the head.',
    });
    expect(late.table?.times[2]).toMatchObject({ newLesions: 'unequivocal', overall: 'PD' });
    const undone = await stated(uidOf(2), {
      kind: 'undo',
      undoes: late.statements.at(-1)?.id,
      reason: 'That of another patient.',
    });
    expect(undone.timePoint?.newLesions).toBe('none');
    expect(mount.workstation.store.audit.mismatches()).toEqual([]);
  });

  test('the report, its PDF and the CSV tell of it; the check finds nothing wrong with the lines', async () => {
    const report = await asJson<ReportView>(mount.fetch(at(uidOf(2), 'report')));
    const findings = report.content.sections.find(({ key }) => key === 'findings')?.text ?? '';
    expect(findings).toContain('Liver metastasis long axis 28.8 mm (baseline 40.0 mm)');
    expect(findings).toContain('Mediastinal lymph node short axis 7.2 mm (baseline 18.0 mm)');
    expect(findings).toContain(
      'Sum of diameters 76.0 mm; baseline of 2026-01-10 108.0 mm (−29.6 %); nadir 56.0 mm (+35.7 %, +20.0 mm).',
    );
    expect(findings).toContain('overall PD (progressive disease)');
    const start = report.text.indexOf('Target lesions (RECIST 1.1)');
    expect(report.warnings.filter((warning) => warning.end > start)).toEqual([]);
    const csv = await mount.fetch(at(uidOf(2), 'response.csv'));
    expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const lines = (await csv.text()).split('\r\n');
    expect(lines).toContain('"course","targets","","sum of diameters","mm",108,56,76');
    expect(lines).toContain('"course","overall","","response","","","PR","PD"');
    const pdf = await mount.fetch(at(uidOf(2), 'report.pdf'));
    expect(pdf.status).toBe(200);
  });

  test('a baseline that lies after a follow-up: earlier studies are left out, and it is said why', async () => {
    const [liver] = choiceOf('target');
    const later = await stated(uidOf(2), {
      ...targets({ baseline: uidOf(2), targets: [liver], nonTargets: [] }),
      reason: 'New treatment.',
    });
    expect(later.table?.times.map(({ date }) => date)).toEqual(['2026-06-10']);
    expect(later.warnings.map(({ words }) => words)).toEqual([
      expect.stringContaining('The study of 2026-03-10 is not later than the baseline'),
      expect.stringContaining('The study of 2026-01-10 is not later than the baseline'),
    ]);
    expect(await refused(uidOf(1), { ...timePoint({}), reason: 'x' })).toMatchObject({
      code: 'not-after-baseline',
    });
    // What was stated on the other baseline does not count on this one, and counts again with that one.
    const last = later.statements.at(-1)?.id;
    const back = await stated(uidOf(2), { kind: 'undo', undoes: last, reason: 'No new treatment.' });
    expect(back.table?.times.map(({ overall }) => overall)).toEqual([null, 'PR', 'PD']);
  });
});
