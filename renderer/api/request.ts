import type * as z from 'zod';
import { Bug, fromWire, Unavailable, type WireError } from '../../electron/shared/errors.ts';

/** Whose work this window shows; sent with every request, so that nothing is done or shown under another reader's name. */
let shownReader: string | null = null;

export function showReader(readerId: string | null): void {
  shownReader = readerId;
}

export const shownReaderId = (): string | null => shownReader;

/**
 * Asks the workstation and checks the answer against the shared schema.
 *
 * @throws OverreadError as the workstation sent it; `Unavailable('unreachable')` where it does not answer.
 */
export async function request<T>(schema: z.ZodType<T>, path: string, init?: RequestInit): Promise<T> {
  const response = await send(path, init);
  const body: unknown = await response.json();
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    throw new Bug(
      `The workstation's answer to ${path} has another form than agreed: ${parsed.error.message}`,
    );
  }
  return parsed.data;
}

/** As `request`, for answers that are bytes. */
export async function requestBytes(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const response = await send(path, signal === undefined ? undefined : { signal });
  return response.arrayBuffer();
}

/** A body as JSON. */
export function json(method: 'POST' | 'PUT' | 'DELETE', body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function send(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    const headers = new Headers(init?.headers);
    if (shownReader !== null) headers.set('x-overread-reader', shownReader);
    response = await fetch(path, { credentials: 'same-origin', ...init, headers });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Unavailable(
      'unreachable',
      'The workstation does not answer. Its process may have ended: start Overread again. What was saved is safe.',
    );
  }
  if (!response.ok) throw fromWire(await wireError(response, path));
  return response;
}

async function wireError(response: Response, path: string): Promise<WireError> {
  try {
    const body = (await response.json()) as Partial<WireError>;
    if (typeof body.code === 'string' && typeof body.message === 'string') {
      return { type: body.type ?? 'bug', code: body.code, message: body.message, detail: body.detail ?? {} };
    }
  } catch {
    // Not JSON: told below with the status, which is all there is.
  }
  return { type: 'bug', code: 'bug', message: `The workstation answered ${response.status} to ${path}.` };
}
