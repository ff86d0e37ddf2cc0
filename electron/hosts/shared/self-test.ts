import { areDeviceChecksDue, checkDevices, lastDeviceChecks } from '../../services/check-devices.ts';
import type { SelfTest } from '../../shared/activity.ts';
import { Cancelled, toOverreadError } from '../../shared/errors.ts';

/** After the window's own start, so that neither waits for the other. */
const WAIT_MS = 20_000;

export interface SelfTestRun {
  state(): SelfTest;
  /** Runs it now, whether it is due or not; nothing where it runs already. */
  run(): void;
  /** Ends the one that runs; the last one that came to its end stays. */
  stop(): void;
  close(): Promise<void>;
}

/**
 * The parity self-test of devices, once where it is due: at the first start, and when the system, a driver, the build or a model is another one.
 * It runs beside the work, in processes of its own; until it has ended models run on the CPU.
 *
 * @param onChange Its state is another one.
 */
export function startSelfTest(
  request: Omit<Parameters<typeof checkDevices>[0], 'signal' | 'onProgress'>,
  onChange: () => void = () => undefined,
  waitMs = WAIT_MS,
): SelfTestRun {
  const { store, inspector, build } = request;
  let stop = new AbortController();
  let running: Promise<void> | null = null;
  let closed = false;
  let now: Pick<SelfTest, 'state' | 'done' | 'total' | 'reason'> | null = null;
  // Not before somebody asks: it looks at every model's files, and the window waits for the start.
  const current = (): NonNullable<typeof now> => {
    now ??= {
      state: areDeviceChecksDue(store, inspector, build) ? 'due' : 'held',
      done: 0,
      total: 0,
      reason: null,
    };
    return now;
  };
  const become = (next: NonNullable<typeof now>): void => {
    now = next;
    onChange();
  };
  const run = async (): Promise<void> => {
    stop = new AbortController();
    become({ state: 'running', done: 0, total: 0, reason: null });
    try {
      await checkDevices({
        ...request,
        signal: stop.signal,
        onProgress: (done, total) => become({ ...current(), done, total }),
      });
      become({ ...current(), state: 'held' });
    } catch (thrown) {
      if (thrown instanceof Cancelled) {
        if (!closed) become({ ...current(), state: 'stopped' });
        return;
      }
      // The CPU goes on working; the next start tries again.
      const { message } = toOverreadError(thrown);
      console.error(`overread: self-test of devices: ${message}`);
      become({ ...current(), state: 'failed', reason: message });
    }
  };
  const begin = (): void => {
    clearTimeout(timer);
    if (closed || running !== null) return;
    running = run().finally(() => {
      running = null;
    });
  };
  const timer = setTimeout(() => {
    try {
      if (current().state === 'due') begin();
    } catch (thrown) {
      console.error(`overread: self-test of devices: ${toOverreadError(thrown).message}`);
    }
  }, waitMs).unref();
  return {
    state: () => ({ ...current(), at: lastDeviceChecks(store)?.at ?? null }),
    run: begin,
    stop: () => stop.abort(),
    async close() {
      closed = true;
      clearTimeout(timer);
      stop.abort();
      await running;
    },
  };
}
