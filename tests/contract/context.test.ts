import { mkdirSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importMessages } from '../../electron/services/import-messages.ts';
import type { ClinicalNote } from '../../electron/shared/clinical-context.ts';
import type { WireError } from '../../electron/shared/errors.ts';
import { bytesOf, DOE, elementsOf, JANE, JANE_BEFORE, MESSAGES } from '../unit/services/messages-world.ts';
import { radiograph } from '../unit/services/reading-world.ts';
import { addressOf, CONTENT, EMPTY, type Facts } from './every-route.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import { asJson, importPaths, sitDown } from './study-fixture.ts';

const CLOCK = { now: () => '2026-11-22T03:04:05.678Z' };

/** Reports that may speak of Jane's radiograph: its own, and those that are not certainly of before it. */
const KEPT_BACK = [
  'oru-own',
  'oru-own-by-uid',
  'oru-own-early-date',
  'oru-undated',
  'oru-same-day',
  'oru-addendum-later',
  'oru-number-elsewhere',
  'oru-own-in-small-letters',
];
/** What only they say. */
const TELLING = [
  'onsolidation',
  'Pneumonia',
  'right lower zone',
  'retrospect',
  'R-30',
  'R-22',
  'Report of this study',
];

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('HL7 messages as clinical context: %s host', (_name, openMount) => {
  let folder: string;
  let facts: Facts;
  const mounts = new Map<'without' | 'with', Mount>();
  const mountOf = (name: 'without' | 'with'): Mount => {
    const mount = mounts.get(name);
    if (mount === undefined) throw new Error(`There is no ${name}.`);
    return mount;
  };
  const fileAll = (mount: Mount, names: readonly string[]) =>
    importMessages({
      store: mount.workstation.store,
      clock: CLOCK,
      paths: names.map((name) => join(MESSAGES, `${name}.hl7`)),
      study: null,
      characterSet: null,
    });
  const contextOf = (mount: Mount, study = JANE): Promise<ClinicalNote[]> =>
    asJson<ClinicalNote[]>(mount.fetch(`/api/studies/${study}/context`));
  const paste = (mount: Mount, body: unknown): Promise<Response> =>
    mount.fetch(`/api/studies/${JANE}/context/messages`, send('POST', body));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-context-'));
    mkdirSync(join(folder, 'files'));
    for (const [uid, at] of [
      [JANE, ['20261120', 'ACC-100']],
      [JANE_BEFORE, ['20240301', 'ACC-050']],
    ] as const)
      writeFileSync(
        join(folder, 'files', `${uid}.dcm`),
        radiograph(`${uid}.1.1`, 0, elementsOf(uid, DOE, at)),
      );
    const open = (name: string) =>
      openMount({ directory: join(folder, name), clock: CLOCK, newId: () => 'job-1' });
    const first = await open('without');
    const readerId = await sitDown(first, 'Ada');
    await importPaths(first, [join(folder, 'files')]);
    const filed = await fileAll(first, ['orm-simple', 'oru-lines', 'oru-br']);
    expect(filed).toMatchObject({ filed: 3, duplicates: 0, refused: 0 });
    await first.fetch(`/api/studies/${JANE}/open`, { method: 'POST' });
    facts = { study: JANE, series: `${JANE}.1`, sop: `${JANE}.1.1`, readerId, patientName: 'DOE, JANE' };
    await first.close();
    await cp(join(folder, 'without'), join(folder, 'with'), { recursive: true });
    for (const name of ['without', 'with'] as const) mounts.set(name, await open(name));
    for (const mount of mounts.values()) await mount.fetch('/api/session/reader', send('PUT', { readerId }));
    expect(await fileAll(mountOf('with'), KEPT_BACK)).toMatchObject({ filed: KEPT_BACK.length, refused: 0 });
  });

  afterAll(async () => {
    for (const mount of mounts.values()) await mount.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('the order and the reports of before stand beside a blind read, with what they speak of', async () => {
    const notes = await contextOf(mountOf('with'));
    expect(notes.map(({ source, title, from, removable }) => [source, title, from, removable])).toEqual([
      ['message', 'Order: Chest PA', 'ORM^O01 of 2026-11-20 08:15 from RIS, HOSPITAL', false],
      [
        'message',
        'Report of 2024-03-01: CT chest (final)',
        'ORU^R01 of 2024-03-01 11:40 from RIS, HOSPITAL',
        false,
      ],
      [
        'message',
        'Report of 2024-03-01: CT chest (final)',
        'ORU^R01 of 2024-03-01 11:40 from RIS, HOSPITAL',
        false,
      ],
    ]);
    const [order] = notes;
    const said = order?.entities.map(({ start, end, uncertain }) => [
      order.text.slice(start, end),
      uncertain,
    ]);
    expect(said).toContainEqual(['pneumonia', true]);
  });

  test("leak: every answer is the same with and without a report of this very study, until the reader's commit", async () => {
    const { routes } = mountOf('with');
    // Streams do not end, and how much of the disk is free is nobody's report.
    const asked = routes.filter(
      ({ method, path }) => method === 'GET' && !['/api/events', '/api/session'].includes(path),
    );
    expect(asked.length).toBeGreaterThan(30);
    for (const { path } of [
      ...asked,
      { path: `/api/studies?query=consolidation` },
      { path: '/api/audit?limit=3&offset=2' },
    ]) {
      const answers: string[] = [];
      for (const name of ['without', 'with'] as const) {
        const response = await mountOf(name).fetch(addressOf(path, facts));
        answers.push(
          `${String(response.status)} ${Buffer.from(await response.arrayBuffer()).toString('latin1')}`,
        );
      }
      expect(answers[1], path).toBe(answers[0]);
      if (!path.includes('query=') && path !== '/api/terminology')
        for (const word of TELLING) expect(answers[1], `${path} tells ${word}`).not.toContain(word);
    }
  });

  test('leak: a report of this study that is pasted is refused alike whether it is filed or not, and never kept before the commit', async () => {
    for (const example of KEPT_BACK) {
      const bodies: WireError[] = [];
      for (const name of ['without', 'with'] as const) {
        const base64 = Buffer.from(bytesOf(example)).toString('base64');
        const response = await paste(mountOf(name), { base64 });
        expect(response.status, example).toBe(422);
        bodies.push((await response.json()) as WireError);
      }
      expect(bodies[1], example).toEqual(bodies[0]);
      expect(bodies[0], example).toMatchObject({ code: 'hl7-before-commit' });
    }
    expect(await contextOf(mountOf('with'))).toHaveLength(3);
  });

  test('leak: the report of an earlier study that this reader is reading at present is not told beside the later one', async () => {
    const mount = mountOf('without');
    await mount.fetch(`/api/studies/${JANE_BEFORE}/open`, { method: 'POST' });
    const titles = (await contextOf(mount)).map(({ text }) => text.slice(0, 16));
    // 'oru-br' names no examination that is here; 'oru-lines' is of the study that is read.
    expect(titles).toEqual(['Reason for study', 'FINDINGS:\nLungs ']);
    expect(await contextOf(mount, JANE_BEFORE)).toEqual([]);
  });

  test('a pasted message is for its reader alone, and goes on request; one of another patient is refused by the name of its field', async () => {
    const mount = mountOf('with');
    const text = Buffer.from(bytesOf('oru-repeats')).toString('utf8').replaceAll('\r', '\n');
    expect(
      (await mount.fetch(`/api/studies/${JANE}/context`, send('POST', { title: 'x', text }))).status,
    ).toBe(200);
    const own = (await contextOf(mount)).find(({ removable }) => removable);
    expect(own).toMatchObject({ source: 'message', text: expect.stringContaining('IMPRESSION: Normal.') });
    await sitDown(mount, 'Grace');
    expect((await contextOf(mount)).map(({ id }) => id)).not.toContain(own?.id);
    await mount.fetch('/api/session/reader', send('PUT', { readerId: facts.readerId }));
    await mount.fetch(`/api/studies/${JANE}/context/${own?.id ?? ''}`, { method: 'DELETE' });
    expect((await contextOf(mount)).map(({ id }) => id)).not.toContain(own?.id);
    const wrong = await paste(mount, {
      base64: Buffer.from(bytesOf('oru-wrong-patient')).toString('base64'),
    });
    expect(wrong.status).toBe(422);
    const error = (await wrong.json()) as WireError;
    expect(error).toMatchObject({ code: 'hl7-other-patient', message: expect.stringContaining('PID-3') });
    expect(JSON.stringify(error)).not.toMatch(/SMITH|9999|0012345/);
  });

  test('of several pasted messages all are kept or none', async () => {
    const mount = mountOf('with');
    const before = await contextOf(mount);
    const answer = await paste(mount, { base64: Buffer.from(bytesOf('batch')).toString('base64') });
    expect(await answer.json()).toMatchObject({
      code: 'hl7-type',
      message: expect.stringMatching(/^Message 3 of 3: .*ADT\^A08.* None of them was kept\.$/),
    });
    expect(await contextOf(mount)).toEqual(before);
  });

  test('the commit opens them to the reader who committed, and to no other', async () => {
    const mount = mountOf('with');
    const path = `/api/studies/${JANE}`;
    await mount.fetch(`${path}/open`, { method: 'POST' });
    await mount.fetch(`${path}/read`, send('PUT', { ...CONTENT, before: EMPTY }));
    const committed = await mount.fetch(
      `${path}/commit`,
      send('POST', {
        content: CONTENT,
        framesDisplayed: [{ sopInstanceUID: facts.sop, frame: 0 }],
        acknowledgeUnseen: true,
      }),
    );
    expect(committed.status, await committed.text()).toBe(200);
    const notes = await contextOf(mount);
    expect(notes.map(({ title }) => title)).toEqual([
      'Order: Chest PA',
      'Report of this study: Chest PA (final)',
      'Report of this study: CT chest (final)',
      'Report of this study: CT chest (final)',
      'Report of 2026-11-20: CT chest (final)',
      'Report of 2024-03-01: CT chest (final)',
      'Report of 2024-03-01: CT chest (corrected)',
      'Report of 2024-03-01: CT chest (final)',
      'Report without a date: CT chest (final)',
    ]);
    await sitDown(mount, 'Bo');
    expect(await contextOf(mount)).toHaveLength(3);
  });
});
