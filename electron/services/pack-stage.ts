import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { PackExaminer, Store } from '../shared/ports.ts';
import { incomingOf, packsOf } from './pack-places.ts';

/** What is about to change, written down before, so that a kill in the middle leaves no change without its audit entry. */
const intentSchema = z.object({
  action: z.enum(['install-model', 'remove-model']),
  actor: z.string(),
  /** Of the audit entry; `operation` in it tells one change from another of the same pack. */
  detail: z.looseObject({
    operation: z.string(),
    id: z.string(),
    version: z.string(),
    contentSha256: z.string().nullable(),
  }),
});
export type Intent = z.infer<typeof intentSchema>;

const INTENT = 'intent.json';
/** Whatever its process's number says now, nobody works on it any more. */
const OLD_MS = 24 * 60 * 60 * 1000;
/** Audit entries that are looked through for one change: it is among the newest, since it was the last thing that its process did. */
const LOOK_BACK = 10_000;

/** A folder of this process alone, in the data folder, so that what is put together there gets to its place by one rename. */
export interface Stage {
  readonly directory: string;
  intend(intent: Intent): void;
  end(): void;
}

export function beginStage(dataDirectory: string): Stage {
  const directory = join(incomingOf(dataDirectory), `${process.pid}-${randomUUID()}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return {
    directory,
    intend: (intent) =>
      writeFileSync(join(directory, INTENT), JSON.stringify(intent), { mode: 0o600, flush: true }),
    end: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A rename is on the disk once the folder that it changed is. Windows has no such call and needs none. */
export function flushFolder(directory: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(directory, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // EPERM: it lives, and belongs to somebody else.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

function readIntent(directory: string): Intent | null {
  try {
    return intentSchema.parse(JSON.parse(readFileSync(join(directory, INTENT), 'utf8')));
  } catch {
    // Killed before it was written whole: then nothing had changed yet.
    return null;
  }
}

function isAudited(store: Store, operation: string): boolean {
  return store.audit.list(LOOK_BACK, 0).some(({ detail }) => detail['operation'] === operation);
}

/** True where the change that was intended is what lies there now. */
function isDone(store: Store, packs: Pick<PackExaminer, 'contentOf'>, { action, detail }: Intent): boolean {
  const place = join(packsOf(store.directory), detail.id, detail.version);
  if (action === 'remove-model') return !existsSync(place);
  try {
    return packs.contentOf(place) === detail.contentSha256;
  } catch {
    return false;
  }
}

/**
 * Writes the audit entries of changes that were done, but whose process was killed before it audited them. Under the store's write lock: a living
 * process holds it from its intention to its entry, so whoever left an intention without an entry is gone, whatever the system still says of
 * its number (a killed process may linger, and numbers are given again).
 */
export function completeTrail(store: Store, packs: Pick<PackExaminer, 'contentOf'>): void {
  const incoming = incomingOf(store.directory);
  if (!existsSync(incoming)) return;
  store.transaction(() => {
    for (const name of readdirSync(incoming)) {
      const intent = readIntent(join(incoming, name));
      if (intent === null || !isDone(store, packs, intent) || isAudited(store, intent.detail.operation))
        continue;
      const { action, actor, detail } = intent;
      store.audit.append({ actor, action, studyInstanceUID: null, detail: { ...detail, recovered: true } });
    }
  });
}

/**
 * Cleans up after processes that were killed while they installed or removed a pack: what was half copied goes, and a change that was done
 * but not yet audited gets its entry. Called before each such change, and when a workstation opens.
 */
export function recoverStages(store: Store, packs: Pick<PackExaminer, 'contentOf'>, now = Date.now()): void {
  const incoming = incomingOf(store.directory);
  if (!existsSync(incoming)) return;
  // Under one lock: nobody can be killed between the look at what was left and its end.
  store.transaction(() => {
    completeTrail(store, packs);
    for (const name of readdirSync(incoming)) {
      const directory = join(incoming, name);
      const pid = Number(name.split('-', 1)[0]);
      const changed = statSync(directory, { throwIfNoEntry: false })?.mtimeMs;
      if (changed === undefined || (lives(pid) && changed > now - OLD_MS)) continue;
      rmSync(directory, { recursive: true, force: true });
    }
  });
}
