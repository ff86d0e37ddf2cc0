import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { AiMode } from '../shared/read.ts';
import type { HostInfo, Reader, Session } from '../shared/session.ts';

/** Free space is told in whole steps of this size: to the byte it would show that a result was written. */
const FREE_SPACE_STEP = 1024 ** 3;

export interface SessionService {
  current(): Session;
  /** The reader at the screen; null before anybody was chosen. */
  readerId(): string | null;
  /** Throws `Refused('reader-missing')` where nobody was chosen. */
  requireReader(): Reader;
  /** Throws `Refused('reader-unknown')`. */
  choose(readerId: string): Session;
  create(name: string): Reader;
}

export interface SessionDeps {
  readonly store: Pick<Store, 'encrypted' | 'readers' | 'blobs'>;
  /** Blind first unless the site's policy says otherwise. */
  readonly aiMode?: AiMode;
  readonly host: Pick<HostInfo, 'kind' | 'version' | 'canPickFolder'>;
}

/** Who sits at this window. One window is one session; the choice ends with the process (there are no passwords yet). */
export function createSession({ store, host, aiMode = 'blind-first' }: SessionDeps): SessionService {
  let chosen: string | null = null;

  const reader = (): Reader | null => (chosen === null ? null : (store.readers.find(chosen) ?? null));

  const current = (): Session => {
    const free = store.blobs.freeBytes();
    return {
      host: {
        ...host,
        encrypted: store.encrypted,
        freeBytes: free === null ? null : Math.floor(free / FREE_SPACE_STEP) * FREE_SPACE_STEP,
      },
      reader: reader(),
      readers: store.readers.list(),
      policy: { aiMode },
    };
  };

  return {
    current,
    readerId: () => reader()?.id ?? null,
    requireReader() {
      const who = reader();
      if (who === null) {
        throw new Refused('reader-missing', 'Nobody is reading yet: choose or make a reader profile first.');
      }
      return who;
    },
    choose(readerId) {
      if (store.readers.find(readerId) === undefined) {
        throw new Refused('reader-unknown', 'There is no such reader profile: choose one of the list.');
      }
      chosen = readerId;
      return current();
    },
    create: (name) => store.readers.create(name),
  };
}
