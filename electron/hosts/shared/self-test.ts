import { checkDevices, dueDevices, lastDeviceChecks } from '../../services/check-devices.ts';
import type { SelfTest } from '../../shared/activity.ts';
import { Cancelled, toOverreadError } from '../../shared/errors.ts';

/** After the window's own start, so that neither waits for the other. */
const WAIT_MS = 20_000;
/** A server that was not there is asked again; so is what else may have come since. */
const AGAIN_MS = 15 * 60_000;

type Devices = NonNullable<Parameters<typeof checkDevices>[0]['devices']>;

const isOfThisMachine = (devices: Devices): boolean => devices.some((device) => device !== 'remote');

export interface SelfTestRun {
  state(): SelfTest;
  /** Runs it now on every device, whether it is due or not; nothing where it runs already. */
  run(): void;
  /** Ends the one that runs; the last one that came to its end stays. */
  stop(): void;
  close(): Promise<void>;
}

/**
 * The parity self-test of devices, where it is due: at the first start, when the system, a driver, the build or a model is another one, and
 * while a server that the policy names is not there.
 * It runs beside the work, in processes of its own; until it has ended models run on the CPU.
 *
 * @param onChange Its state is another one.
 */
export function startSelfTest(
  request: Omit<Parameters<typeof checkDevices>[0], 'signal' | 'onProgress' | 'devices'>,
  onChange: () => void = () => undefined,
  waitMs = WAIT_MS,
  againMs = AGAIN_MS,
): SelfTestRun {
  const { store, inspector, build } = request;
  let stop = new AbortController();
  let running: Promise<void> | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let now: Pick<SelfTest, 'state' | 'done' | 'total' | 'reason'> | null = null;
  // Not before somebody asks: it looks at every model's files, and the window waits for the start.
  const current = (): NonNullable<typeof now> => {
    now ??= {
      state: isOfThisMachine(dueDevices(store, inspector, build)) ? 'due' : 'held',
      done: 0,
      total: 0,
      reason: null,
    };
    return now;
  };
  const run = async (devices: Devices | undefined): Promise<void> => {
    stop = new AbortController();
    // Threat: a server is asked again after a model's run on it failed. That would tell a blind reader that a model has run.
    const told = devices === undefined || isOfThisMachine(devices);
    const become = (next: NonNullable<typeof now>): void => {
      if (!told) return;
      now = next;
      onChange();
    };
    become({ state: 'running', done: 0, total: 0, reason: null });
    try {
      await checkDevices({
        ...request,
        ...(devices === undefined ? {} : { devices }),
        signal: stop.signal,
        onProgress: (done, total) => become({ ...current(), done, total }),
      });
      become({ ...current(), state: 'held' });
    } catch (thrown) {
      if (thrown instanceof Cancelled) {
        if (!closed) become({ ...current(), state: 'stopped' });
        return;
      }
      // The CPU goes on working; the next look tries again.
      const { message } = toOverreadError(thrown);
      console.error(`overread: self-test of devices: ${message}`);
      become({ ...current(), state: 'failed', reason: message });
    }
  };
  const begin = (devices?: Devices): void => {
    if (closed || running !== null) return;
    running = run(devices).finally(() => {
      running = null;
    });
  };
  const lookLater = (afterMs: number): void => {
    timer = setTimeout(() => {
      try {
        const devices = dueDevices(store, inspector, build);
        // What a person stopped is not begun again behind their back; the next start does.
        if (devices.length > 0 && now?.state !== 'stopped') begin(devices);
      } catch (thrown) {
        console.error(`overread: self-test of devices: ${toOverreadError(thrown).message}`);
      }
      if (!closed) lookLater(againMs);
    }, afterMs).unref();
  };
  lookLater(waitMs);
  return {
    state: () => ({ ...current(), at: lastDeviceChecks(store)?.at ?? null }),
    run: () => begin(),
    stop: () => stop.abort(),
    async close() {
      closed = true;
      clearTimeout(timer);
      stop.abort();
      await running;
    },
  };
}
