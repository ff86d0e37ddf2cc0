import type { WindowEvent } from '../shared/job.ts';

export interface EventHub {
  publish(event: WindowEvent): void;
  /** Gives the function that ends the subscription. */
  subscribe(listener: (event: WindowEvent) => void): () => void;
}

/**
 * What happened, to whoever listens now. Of what a model did only `analysis-changed` may be published here, which the api passes to readers
 * who have committed that study: its timing alone would tell the others.
 */
export function createEventHub(): EventHub {
  const listeners = new Set<(event: WindowEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** A window that stopped reading is cut off rather than kept in memory; it reconnects and asks again. */
const MAX_WAITING_LINES = 1000;

/**
 * The window's event stream: one JSON document a line, `hello` first and again at every heartbeat, so that both
 * sides notice a dead connection. Ends when the body is cancelled (the only sign that `protocol.handle` gives).
 */
export function eventLines(hub: EventHub, heartbeatMs: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const line = (event: WindowEvent): Uint8Array => encoder.encode(`${JSON.stringify(event)}\n`);
  let stop = (): void => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (event: WindowEvent): void => {
          if ((controller.desiredSize ?? 0) <= 0) {
            stop();
            controller.close();
            return;
          }
          controller.enqueue(line(event));
        };
        const unsubscribe = hub.subscribe(send);
        const timer = setInterval(() => send({ type: 'hello' }), heartbeatMs);
        timer.unref();
        stop = () => {
          unsubscribe();
          clearInterval(timer);
        };
        send({ type: 'hello' });
      },
      cancel() {
        stop();
      },
    },
    { highWaterMark: MAX_WAITING_LINES },
  );
}
