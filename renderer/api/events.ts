import { type WindowEvent, windowEventSchema } from '../../electron/shared/job.ts';

/**
 * Follows the workstation's event stream (one JSON document a line) until `signal` aborts; when the stream
 * ends it is opened again after a second, and `onEvent` then sees a new `hello`.
 */
export async function followEvents(
  onEvent: (event: WindowEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await readStream(onEvent, signal);
    } catch {
      // The stream may end at any time (restart, sleep); every query is asked again at the next hello.
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function readStream(onEvent: (event: WindowEvent) => void, signal: AbortSignal): Promise<void> {
  const response = await fetch('/api/events', { credentials: 'same-origin', signal });
  if (!response.ok || response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() === '') continue;
      const event = windowEventSchema.safeParse(JSON.parse(line));
      if (event.success) onEvent(event.data);
    }
  }
}
