import { Cancelled, fromWire, OverreadError, toOverreadError } from '../shared/errors.ts';
import type { CancelSignal } from '../shared/ports.ts';
import type { EngineChild, EngineSpawner } from './engine-child.ts';
import {
  type EngineReply,
  type EngineRequest,
  type EngineRuntime,
  engineReplySchema,
} from './engine-protocol.ts';

/** The engine's process ended, or was ended, while it worked on the request. */
export class EngineDied extends OverreadError {
  constructor(message: string) {
    super('unavailable', 'engine-died', message);
  }
}

type RequestBody = EngineRequest extends infer R ? (R extends EngineRequest ? Omit<R, 'id'> : never) : never;

export interface ChildRunner {
  /**
   * Runs one request in the child; requests are worked off in the order in which they come.
   *
   * @param onReply Each part of the answer, until it is done. A request that is begun anew after another one's crash starts with `restart`.
   * @throws EngineDied; Cancelled; what the child refused.
   */
  run(
    body: RequestBody,
    hooks: { readonly onReply: (reply: EngineReply) => void; readonly onRestart: () => void },
    signal?: CancelSignal,
  ): Promise<EngineRuntime>;
  /** Starts the child before there is a request for it, so that the first one need not wait for it. What keeps it from starting is said then. */
  start(): void;
  /** The child's process id while there is one; for tests and diagnosis. */
  pid(): number | undefined;
  close(): Promise<void>;
}

interface Task {
  readonly request: EngineRequest;
  readonly hooks: Parameters<ChildRunner['run']>[1];
  readonly resolve: (runtime: EngineRuntime) => void;
  readonly reject: (error: Error) => void;
  started: boolean;
  attempts: number;
}

interface Running {
  readonly process: EngineChild;
  readonly ended: Promise<void>;
  output: string;
  /** Why we end it ourselves, if we do. */
  verdict: string | null;
}

/**
 * The one that is worked on, the next, whose images are prepared meanwhile, and one more: while a model runs the child hears nothing, so
 * with two the next request would come in only when its images ought to be ready.
 */
const IN_FLIGHT = 3;
/** A request that was only waiting when a child died is tried again, but not for ever. */
const MOST_ATTEMPTS = 3;
const OUTPUT_KEPT = 4000;

export function createChildRunner(spawn: EngineSpawner, stallTimeoutMs: number): ChildRunner {
  const waiting: Task[] = [];
  let inFlight: Task[] = [];
  let running: Running | null = null;
  let closed = false;
  let lastId = 0;
  let stall: NodeJS.Timeout | undefined;

  function watch(): void {
    clearTimeout(stall);
    if (inFlight.length === 0) return;
    stall = setTimeout(() => {
      end(`it gave no sign for ${Math.round(stallTimeoutMs / 1000)} s and was ended`);
    }, stallTimeoutMs);
  }

  function end(verdict: string | null): void {
    if (running === null) return;
    running.verdict ??= verdict;
    running.process.kill();
  }

  function hear(from: Running, message: unknown): void {
    if (from !== running || from.verdict !== null) return;
    const parsed = engineReplySchema.safeParse(message);
    if (!parsed.success) {
      end('it gave an answer that makes no sense and was ended');
      return;
    }
    const reply = parsed.data;
    const task = inFlight.find((one) => one.request.id === reply.id);
    watch();
    if (task === undefined) return;
    if (reply.type === 'started') task.started = true;
    else if (reply.type === 'done') settle(task, () => task.resolve(reply.runtime));
    else if (reply.type === 'failed') settle(task, () => task.reject(fromWire(reply.error)));
    else task.hooks.onReply(reply);
  }

  function settle(task: Task, tell: () => void): void {
    inFlight = inFlight.filter((one) => one !== task);
    tell();
    advance();
  }

  /** The child is gone. Who was being worked on fails; who only waited in the child is sent to the next one. */
  function bury(dead: Running, how: string): void {
    if (dead !== running) return;
    running = null;
    const failed = inFlight.find((task) => task.started) ?? inFlight.find((t) => t.attempts >= MOST_ATTEMPTS);
    const others = inFlight.filter((task) => task !== failed);
    inFlight = [];
    for (const task of others) {
      task.started = false;
      task.hooks.onRestart();
    }
    waiting.unshift(...others);
    if (failed !== undefined) {
      const said = dead.output.trim().split('\n').slice(-3).join(' ').slice(-400);
      failed.reject(
        new EngineDied(
          `The engine's process ended while it worked on this: ${dead.verdict ?? how}.${said === '' ? '' : ` Its last words: ${said}`}`,
        ),
      );
    }
    advance();
  }

  function spawned(): Running {
    const process = spawn();
    const ended = Promise.withResolvers<void>();
    const child: Running = { process, ended: ended.promise, output: '', verdict: null };
    process.onMessage((message) => hear(child, message));
    process.onOutput((text) => {
      child.output = (child.output + text).slice(-OUTPUT_KEPT);
    });
    process.onExit((how) => {
      ended.resolve();
      bury(child, how);
    });
    return child;
  }

  function advance(): void {
    while (!closed && inFlight.length < IN_FLIGHT) {
      const task = waiting.shift();
      if (task === undefined) break;
      try {
        running ??= spawned();
      } catch (thrown) {
        task.reject(toOverreadError(thrown));
        continue;
      }
      task.attempts++;
      inFlight.push(task);
      running.process.send(task.request);
    }
    watch();
  }

  function cancel(task: Task): void {
    const at = waiting.indexOf(task);
    if (at >= 0) waiting.splice(at, 1);
    const active = inFlight.includes(task) && (task.started || inFlight.length === 1);
    inFlight = inFlight.filter((one) => one !== task);
    task.reject(new Cancelled());
    // The runtime cannot be asked to stop in the middle of a run. A request that only waits in the child is no reason to
    // kill the one before it; its answer is not listened to.
    if (active) end('it was cancelled');
    else advance();
  }

  return {
    run(body, hooks, signal) {
      if (closed || signal?.aborted === true) return Promise.reject(new Cancelled());
      const { promise, resolve, reject } = Promise.withResolvers<EngineRuntime>();
      const request = { ...body, id: ++lastId } as EngineRequest;
      const task: Task = { request, hooks, resolve, reject, started: false, attempts: 0 };
      const abort = (): void => cancel(task);
      signal?.addEventListener('abort', abort, { once: true });
      waiting.push(task);
      advance();
      return promise.finally(() => signal?.removeEventListener('abort', abort));
    },
    start() {
      if (closed) return;
      try {
        running ??= spawned();
      } catch {
        // The first request tries again, and says why.
      }
    },
    pid: () => running?.process.pid,
    async close() {
      closed = true;
      clearTimeout(stall);
      for (const task of [...waiting.splice(0), ...inFlight]) task.reject(new Cancelled());
      inFlight = [];
      const child = running;
      end('it was closed');
      await child?.ended;
    },
  };
}
