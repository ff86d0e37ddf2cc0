import { fromWire, Unavailable } from '../../electron/shared/errors.ts';
import { type Job, jobSchema } from '../../electron/shared/job.ts';
import type { Stated } from '../../electron/shared/study.ts';

/** A file with the path that it had below what was dropped. */
export interface NamedFile {
  readonly file: File;
  readonly path: string;
}

/**
 * Sends files to the workstation; `onProgress` gets sent and total bytes (fetch cannot report an upload's progress).
 *
 * @throws OverreadError as the workstation sent it.
 */
export function upload(
  files: readonly NamedFile[],
  stated: Stated | null,
  onProgress: (sent: number, total: number) => void,
): Promise<Job> {
  const form = new FormData();
  if (stated !== null) form.append('stated', JSON.stringify(stated));
  for (const { file, path } of files) form.append('files', file, path);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/imports/upload');
    request.responseType = 'json';
    request.upload.onprogress = (event) => onProgress(event.loaded, event.total);
    request.onerror = () =>
      reject(new Unavailable('unreachable', 'The workstation did not take the files: it does not answer.'));
    request.onload = () => {
      const parsed = jobSchema.safeParse(request.response);
      if (request.status < 400 && parsed.success) resolve(parsed.data);
      else reject(fromWire(wire(request)));
    };
    request.send(form);
  });
}

function wire(request: XMLHttpRequest) {
  const body = request.response as { type?: 'refused'; code?: string; message?: string } | null;
  return {
    type: body?.type ?? ('bug' as const),
    code: body?.code ?? 'bug',
    message: body?.message ?? `The workstation answered ${request.status} to the upload.`,
  };
}
