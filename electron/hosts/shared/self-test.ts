import { areDeviceChecksDue, checkDevices } from '../../services/check-devices.ts';
import { Cancelled, toOverreadError } from '../../shared/errors.ts';

/** After the window's own start, so that neither waits for the other. */
const WAIT_MS = 20_000;

/**
 * The parity self-test of devices, once where it is due: at the first start, and when the system, a driver, the build or a model is another one.
 * It runs beside the work, in processes of its own; until it has ended models run on the CPU.
 */
export function startSelfTest(
  request: Omit<Parameters<typeof checkDevices>[0], 'signal'>,
  waitMs = WAIT_MS,
): { close(): Promise<void> } {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      const { store, inspector, build } = request;
      if (areDeviceChecksDue(store, inspector, build))
        await checkDevices({ ...request, signal: stop.signal });
    } catch (thrown) {
      // The CPU goes on working; the next start tries again.
      if (!(thrown instanceof Cancelled))
        console.error(`overread: self-test of devices: ${toOverreadError(thrown).message}`);
    }
  };
  const timer = setTimeout(() => {
    running = run();
  }, waitMs).unref();
  return {
    close() {
      clearTimeout(timer);
      stop.abort();
      return running;
    },
  };
}
