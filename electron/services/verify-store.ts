import { createHash } from 'node:crypto';
import { Cancelled } from '../shared/errors.ts';
import type { CancelSignal, Store } from '../shared/ports.ts';

export interface StoreCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Files whose content is hashed again; of all others only the presence is checked. */
const HASHED_AT_MOST = 500;
const PAGE = 500;

function auditCheck(store: Store): StoreCheck {
  const { entries, brokenAt } = store.audit.verify();
  return {
    name: 'audit trail',
    ok: brokenAt === null,
    detail:
      brokenAt === null
        ? `${entries} entries, the chain holds`
        : `the chain is broken at entry ${brokenAt} of ${entries}: the database was changed from outside`,
  };
}

function* everyInstance(store: Store): Generator<{ sha256: string; path: string }> {
  for (let offset = 0; ; offset += PAGE) {
    const { rows } = store.studies.list({ limit: PAGE, offset, readerId: null });
    for (const { studyInstanceUID } of rows) {
      for (const { sha256, location } of store.studies.instancesOf(studyInstanceUID)) {
        yield { sha256, path: location.path };
      }
    }
    if (rows.length < PAGE) return;
  }
}

async function fileState(
  store: Store,
  { sha256, path }: { sha256: string; path: string },
  hashed: boolean,
): Promise<'good' | 'missing' | 'changed'> {
  try {
    const source = await store.blobs.open({ path });
    try {
      if (!hashed) return source.size > 0 ? 'good' : 'changed';
      const found = createHash('sha256')
        .update(await source.readAll())
        .digest('hex');
      return found === sha256 ? 'good' : 'changed';
    } finally {
      await source.close();
    }
  } catch {
    // Whatever the reason, it cannot be read here: that is what is counted, and the report says how many.
    return 'missing';
  }
}

async function filesCheck(store: Store, signal: CancelSignal | undefined): Promise<StoreCheck> {
  const files = [...everyInstance(store)];
  const step = Math.max(1, Math.ceil(files.length / HASHED_AT_MOST));
  let hashed = 0;
  const bad = { missing: 0, changed: 0 };
  for (const [index, file] of files.entries()) {
    if (signal?.aborted === true) throw new Cancelled();
    const sampled = index % step === 0;
    if (sampled) hashed += 1;
    const state = await fileState(store, file, sampled);
    if (state !== 'good') bad[state] += 1;
  }
  const ok = bad.missing + bad.changed === 0;
  return {
    name: 'files',
    ok,
    detail: ok
      ? `${files.length} files are there; the content of ${hashed} was hashed again and is as it was imported`
      : `of ${files.length} files ${bad.missing} are missing or unreadable and ${bad.changed} differ from what was imported: remove and import these studies again`,
  };
}

/** The data folder's part of `overread verify`: the audit trail's chain, and the files. Throws `Cancelled`. */
export async function verifyStore(store: Store, signal?: CancelSignal): Promise<StoreCheck[]> {
  return [auditCheck(store), await filesCheck(store, signal)];
}
