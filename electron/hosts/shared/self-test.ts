import { checkDevices, dueDevices } from '../../services/check-devices.ts';
import { Cancelled, toOverreadError } from '../../shared/errors.ts';

/** After the window's own start, so that neither waits for the other. */
const WAIT_MS = 20_000;
/** A server that was not there is asked again; so is what else may have come since. */
const AGAIN_MS = 15 * 60_000;

/**
 * The parity self-test of devices, where it is due: at the first start, when the system, a driver, the build or a model is another one, and
 * while a server that the policy names is not there.
 * It runs beside the work, in processes of its own; until it has ended models run on the CPU.
 */
export function startSelfTest(
  request: Omit<Parameters<typeof checkDevices>[0], 'signal'>,
  waitMs = WAIT_MS,
  againMs = AGAIN_MS,
): { close(): Promise<void> } {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      const { store, inspector, build } = request;
      const devices = dueDevices(store, inspector, build);
      if (devices.length > 0) await checkDevices({ ...request, devices, signal: stop.signal });
    } catch (thrown) {
      // The CPU goes on working; the next start tries again.
      if (!(thrown instanceof Cancelled))
        console.error(`overread: self-test of devices: ${toOverreadError(thrown).message}`);
    }
    if (!stop.signal.aborted) start(againMs);
  };
  let timer: NodeJS.Timeout | undefined;
  const start = (afterMs: number): void => {
    timer = setTimeout(() => {
      running = run();
    }, afterMs).unref();
  };
  start(waitMs);
  return {
    close() {
      clearTimeout(timer);
      stop.abort();
      return running;
    },
  };
}
