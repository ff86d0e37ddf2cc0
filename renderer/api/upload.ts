import * as z from 'zod';
import { Cancelled, fromWire, Unavailable } from '../../electron/shared/errors.ts';
import { type Job, jobSchema } from '../../electron/shared/job.ts';
import type { Stated } from '../../electron/shared/study.ts';
import { json, request, shownReaderId } from './request.ts';

/** A file with the path that it had below what was dropped. */
export interface NamedFile {
  readonly file: File;
  readonly path: string;
}

/** Requests beside each other: the time of a small file is the way there and back. */
const AT_ONCE = 4;

/**
 * Sends files to the workstation, one request each, so that neither side holds more than a piece of one in memory, and starts
 * their import; `onProgress` gets sent and total bytes. What was sent is removed again where anything fails.
 *
 * @throws OverreadError as the workstation sent it; Cancelled.
 */
export async function upload(
  files: readonly NamedFile[],
  stated: Stated | null,
  onProgress: (sent: number, total: number) => void,
  signal: AbortSignal,
): Promise<Job> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const { id } = await request(z.object({ id: z.string() }), '/api/uploads', json('POST', { bytes: total }));
  const sent = new Map<NamedFile, number>();
  const tell = (file: NamedFile, bytes: number): void => {
    sent.set(file, bytes);
    onProgress(
      [...sent.values()].reduce((sum, one) => sum + one, 0),
      total,
    );
  };
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const file = next;
      await put(`/api/uploads/${id}/file?name=${encodeURIComponent(file.path)}`, file.file, both, (bytes) =>
        tell(file, bytes),
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const body = {
      name: files[0]?.path ?? '',
      files: files.length,
      ...(stated === null ? {} : { stated }),
    };
    return await request(jobSchema, `/api/uploads/${id}/import`, json('POST', body));
  } catch (thrown) {
    stop.abort();
    await request(z.object({}), `/api/uploads/${id}`, json('DELETE', {})).catch(() => undefined);
    throw thrown;
  }
}

/** One file as the body of a PUT. `XMLHttpRequest`, since fetch cannot report an upload's progress. */
function put(
  address: string,
  file: File,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new Cancelled());
      return;
    }
    const sending = new XMLHttpRequest();
    sending.open('PUT', address);
    sending.setRequestHeader('Content-Type', 'application/octet-stream');
    const reader = shownReaderId();
    if (reader !== null) sending.setRequestHeader('X-Overread-Reader', reader);
    sending.responseType = 'json';
    const abort = (): void => sending.abort();
    signal.addEventListener('abort', abort, { once: true });
    sending.onloadend = () => signal.removeEventListener('abort', abort);
    sending.upload.onprogress = (event) => onProgress(event.loaded);
    sending.onabort = () => reject(new Cancelled());
    sending.onerror = () =>
      reject(new Unavailable('unreachable', 'The workstation did not take the files: it does not answer.'));
    sending.onload = () => {
      if (sending.status >= 400) {
        reject(fromWire(wire(sending)));
        return;
      }
      onProgress(file.size);
      resolve();
    };
    sending.send(file);
  });
}

function wire(sending: XMLHttpRequest) {
  const body = sending.response as { type?: 'refused'; code?: string; message?: string } | null;
  return {
    type: body?.type ?? ('bug' as const),
    code: body?.code ?? 'bug',
    message: body?.message ?? `The workstation answered ${sending.status} to the upload.`,
  };
}
