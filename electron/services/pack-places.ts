import { join } from 'node:path';

/** Where installed packs lie in a data folder: `id/version/`. */
export function packsOf(dataDirectory: string): string {
  return join(dataDirectory, 'models');
}

/** Where a pack is put together before one rename makes it an installed one; no id begins with a dot. */
export function incomingOf(dataDirectory: string): string {
  return join(packsOf(dataDirectory), '.incoming');
}
