import { createHash } from 'node:crypto';
import { Cancelled } from '../shared/errors.ts';
import type { CancelSignal, Store } from '../shared/ports.ts';
import { verifyRead } from './canonical-read.ts';
import { areAddendaIntact } from './verify-addenda.ts';
import { isReportIntact } from './write-report.ts';
import { verifyConsensuses } from './verify-consensus.ts';

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
        : brokenAt > entries
          ? `its newest entries were cut off after entry ${entries}: the database was changed from outside`
          : `the chain is broken at entry ${brokenAt} of ${entries}: the database was changed from outside`,
  };
}

/** The trail's end may be cut, and a row be changed beneath it: each tells of the other. */
function rowsCheck(store: Store): StoreCheck {
  const found = store.audit.mismatches();
  const words = found
    .slice(0, 3)
    .map(({ what, how }) => `${what} ${how === 'gone' ? 'is gone' : 'is not as the trail has it'}`);
  return {
    name: 'data and trail',
    ok: found.length === 0,
    detail:
      found.length === 0
        ? 'readers, reads, addenda, judgements, reviews, referrals, consensus records, results and files are as the audit trail tells'
        : `${words.join('; ')}${found.length > 3 ? `; and ${found.length - 3} more` : ''}: the database was changed from outside, or the trail was`,
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

async function filesCheck(
  store: Store,
  every: boolean,
  signal: CancelSignal | undefined,
  onFile: () => void,
): Promise<StoreCheck> {
  let files = 0;
  if (!every) for (const _ of everyInstance(store)) files += 1;
  const step = every ? 1 : Math.max(1, Math.ceil(files / HASHED_AT_MOST));
  let index = 0;
  let hashed = 0;
  const bad = { missing: 0, changed: 0 };
  for (const file of everyInstance(store)) {
    if (signal?.aborted === true) throw new Cancelled();
    const sampled = index % step === 0;
    index += 1;
    if (sampled) hashed += 1;
    const state = await fileState(store, file, sampled);
    if (state !== 'good') bad[state] += 1;
    onFile();
  }
  const ok = bad.missing + bad.changed === 0;
  return {
    name: 'files',
    ok,
    detail: ok
      ? `${index} files are there; the content of ${hashed} was hashed again and is as it was imported`
      : `of ${index} files ${bad.missing} are missing or unreadable and ${bad.changed} differ from what was imported: remove and import these studies again, or restore a backup`,
  };
}

/** Every committed read and its addenda against their hashes, the hashes of its files and its reader's key. */
function readsCheck(store: Store): StoreCheck {
  let reads = 0;
  const bad: string[] = [];
  for (const read of store.reads.everyCommitted()) {
    reads += 1;
    const state = verifyRead(store, read);
    if (state !== 'intact') bad.push(`${read.id}: ${state}`);
    else if (!areAddendaIntact(store, read)) bad.push(`${read.id}: an addendum is not as it was signed`);
  }
  return {
    name: 'committed reads',
    ok: bad.length === 0,
    detail:
      bad.length === 0
        ? `${reads} committed reads, each as it was signed`
        : `${bad.length} of ${reads} committed reads are not as they were signed (${bad.slice(0, 3).join('; ')})`,
  };
}

/** Every signed report and its addenda against their hashes and the reader's key. */
function reportsCheck(store: Store): StoreCheck {
  const all = [...store.reports.every()];
  const bad = all.filter((report) => !isReportIntact({ store }, report));
  return {
    name: 'reports',
    ok: bad.length === 0,
    detail:
      bad.length === 0
        ? `${all.length} signed reports, each as its reader signed it`
        : `${bad.length} of ${all.length} signed reports are not as they were signed (${bad
            .slice(0, 3)
            .map(({ id }) => id)
            .join('; ')})`,
  };
}

/** Every consensus of two readers against its hash, both reads, both keys and the audit trail. */
function consensusCheck(store: Store): StoreCheck {
  const { records, bad } = verifyConsensuses(store);
  return {
    name: 'consensus records',
    ok: bad.length === 0,
    detail:
      bad.length === 0
        ? `${records} records of two readers, each as they signed it`
        : `${bad.length} of ${records} consensus records are not as they were signed (${bad.slice(0, 3).join('; ')})`,
  };
}

/** What people signed, and the trail of it: without the files. Reads every committed read, and no image. */
export function verifySigned(store: Store): StoreCheck[] {
  return [auditCheck(store), rowsCheck(store), readsCheck(store), reportsCheck(store), consensusCheck(store)];
}

export interface VerifyStoreOptions {
  readonly signal?: CancelSignal | undefined;
  /** The content of every file is hashed, and not of a sample. */
  readonly every?: boolean;
  readonly onFile?: () => void;
}

/** The data folder's part of `overread verify`: the audit trail's chain, the committed reads' signatures, and the files. Throws `Cancelled`. */
export async function verifyStore(store: Store, options: VerifyStoreOptions = {}): Promise<StoreCheck[]> {
  const { signal, every = false, onFile = () => undefined } = options;
  return [...verifySigned(store), await filesCheck(store, every, signal, onFile)];
}
