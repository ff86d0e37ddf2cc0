import type { Store } from '../../shared/ports.ts';
import { openStore } from '../../store/open-store.ts';
import type { CommandCall } from './command.ts';

/** Work with the data folder open; closed in any case. */
export async function withStore<T>(call: CommandCall, work: (store: Store) => T | Promise<T>): Promise<T> {
  const store = openStore({ directory: call.data });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
