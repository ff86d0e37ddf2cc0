import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../shared/ports.ts';
import { Unavailable } from '../../shared/errors.ts';
import { openStore } from '../../store/open-store.ts';
import type { CommandCall } from './command.ts';

/** Work with the data folder open; closed in any case. It is made where it is not there. */
export async function withStore<T>(call: CommandCall, work: (store: Store) => T | Promise<T>): Promise<T> {
  const store = openStore({ directory: call.data });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/**
 * Threat: a path with a mistake in it, which becomes a folder of its own and answers 'no studies' or 'good'.
 *
 * @throws Unavailable `data-folder-empty`.
 */
export function requireData({ data }: Pick<CommandCall, 'data'>, what: string): void {
  if (existsSync(join(data, 'overread.db'))) return;
  throw new Unavailable(
    'data-folder-empty',
    `There is no Overread data in ${data}: ${what}. Name the data folder with --data or OVERREAD_DATA; 'overread import' and 'overread serve' make a new one.`,
  );
}

/**
 * As `withStore`, for what only works on data that are there: nothing is made.
 *
 * @throws Unavailable `data-folder-empty`.
 */
export async function withExistingStore<T>(
  call: CommandCall,
  work: (store: Store) => T | Promise<T>,
): Promise<T> {
  requireData(call, 'nothing was read');
  return withStore(call, work);
}
