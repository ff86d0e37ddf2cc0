import { STOPPED, stoppedWords } from '../domain/model-switch.ts';
import { retryAt } from '../domain/retry.ts';
import type { Device } from '../shared/analysis.ts';
import { type OverreadError, toOverreadError } from '../shared/errors.ts';
import type { Engine, Store } from '../shared/ports.ts';
import { analyzeStudy } from './analyze-study.ts';

export interface AnalysisQueueOptions {
  readonly store: Store;
  readonly engine: Engine;
  readonly device?: Device;
  /** False: only what a reader opens is read, nothing by itself. */
  readonly background?: boolean;
  /** ms since 1970; the system's clock unless told. */
  readonly now?: () => number;
  /** What went wrong outside of a model's run (that is a result of its own): a full disk, say. On stderr unless told. */
  readonly onError?: (error: OverreadError, studyInstanceUID: string) => void;
  /** Its work on this study is in another state. For readers who have committed a read of it, and for nobody else. */
  readonly onChange?: (studyInstanceUID: string) => void;
}

/** Where the models' work on a study is. */
export type StudyTurn = 'running' | 'waiting' | 'idle' | 'stopped';

/**
 * Reads studies in the background for the window's host. Before the commit the window must not learn so much as whether a model has run:
 * what is asked of its state, and what it tells of changes, passes `services/study-work` first.
 *
 * The queue is durable without a table of its own: what is still to be read is what lacks a result, and a result is written whole, with its
 * entry in the trail, or not at all. A kill loses nothing but the run that it met.
 */
export interface AnalysisQueue {
  /** Finds the studies that lack a result of an installed pack's version and works through them. */
  start(): void;
  /** Studies that are new or have new images: every pack reads them (anew). */
  add(studyInstanceUIDs: readonly string[]): void;
  /** The study that a reader has opened, or waits for, goes before the others; it is read if no model has (another process imported it). */
  first(studyInstanceUID: string): void;
  /** A reader who has committed asks for it: what failed, was stopped or is missing is read again, now. */
  retry(studyInstanceUID: string): void;
  /** A reader who has committed wants no more of it: what runs is killed, what waits is forgotten, until somebody asks again or the next start. */
  stop(studyInstanceUID: string): void;
  turnOf(studyInstanceUID: string): StudyTurn;
  /** Facts of the study were stated anew: its results are made again. */
  again(studyInstanceUID: string): void;
  /** The study is being removed: stops work on it. */
  forget(studyInstanceUID: string): void;
  /** Resolves once nothing waits or runs. */
  settled(): Promise<void>;
  /** Stops after cancelling what runs; the engine is left to its owner. */
  close(): Promise<void>;
}

/** An analysis that could not be done (a full disk) is not tried again at every look of a waiting window. */
const REST_MS = 30_000;

/** How many studies are looked at in one go at the start, so that the window's requests are not held up. */
const PAGE = 200;

function toStderr(error: OverreadError, studyInstanceUID: string): void {
  process.stderr.write(`Analysis of study ${studyInstanceUID}: ${error.message}\n`);
}

export function createAnalysisQueue(options: AnalysisQueueOptions): AnalysisQueue {
  const { store, engine, device = 'auto', background = true, onError = toStderr, now = Date.now } = options;
  const { onChange = () => undefined } = options;
  /** In the order of work; a study is in it once. */
  let waiting: string[] = [];
  /** Of those: what every pack has to read anew, since its images or facts have changed. */
  const anew = new Set<string>();
  let current: { readonly uid: string; readonly cancel: AbortController } | null = null;
  let closed = false;
  let scanning: Promise<void> = Promise.resolve();
  let working: Promise<void> = Promise.resolve();

  /** Stopped by a reader. */
  const stopped = new Set<string>();
  /** Asked for by a reader: failures count as due. */
  const asked = new Set<string>();

  /** Studies whose analysis could not be done at all, and when that may be tried again. */
  const resting = new Map<string, number>();

  /**
   * The packs that a study is to be read by. A failed result counts as none, and is tried again when that is due. What somebody has committed a read beside
   * is settled: there any result of a pack counts, whatever its version and end, so that what was settled stays so.
   *
   * @param automatic True where nobody asks for this study: then a settled one is left alone altogether.
   */
  function lacking(uid: string, automatic: boolean): string[] {
    const latest = store.results.latest(uid);
    const settled = latest.length > 0 && store.reads.committed(uid).length > 0;
    if (settled && automatic) return [];
    return engine
      .packs()
      .filter(({ id, version, weights }) => {
        const last = latest.find(({ model }) => model.id === id);
        if (last === undefined) return true;
        // It was stopped then, and is started again now.
        if (last.reason?.startsWith(STOPPED) === true && !settled)
          return stoppedWords(store.ledger.switches(), id, version) === null;
        if (settled) return last.status === 'failed' && asked.has(uid);
        if (last.model.version !== version || last.model.sha256 !== weights.sha256) return true;
        return last.status === 'failed' && (asked.has(uid) || isDue(uid, id, automatic));
      })
      .map(({ id }) => id);
  }

  /** When each failing model of a study is tried again, ms since 1970; null: not by itself any more. */
  function retries(uid: string, automatic: boolean): Map<string, number | null> {
    return new Map(
      store.results
        .failures(uid)
        .map(({ model, count, lastAt }) => [model.id, retryAt({ count, at: Date.parse(lastAt) }, automatic)]),
    );
  }

  function isDue(uid: string, modelId: string, automatic: boolean): boolean {
    const at = retries(uid, automatic).get(modelId);
    return at === undefined || (at !== null && at <= now());
  }

  /** Failing studies come back by themselves, without a restart; what failed and when is in the results, so a restart forgets nothing. */
  const later = new Map<string, number>();
  let alarm: NodeJS.Timeout | undefined;

  function comeBack(uid: string): void {
    const due = [...retries(uid, true).values()].filter((at) => at !== null);
    if (due.length === 0) later.delete(uid);
    else later.set(uid, Math.min(...due));
    setAlarm();
  }

  function setAlarm(): void {
    clearTimeout(alarm);
    if (closed || later.size === 0) return;
    const next = Math.min(...later.values());
    alarm = setTimeout(
      () => {
        const ready = [...later].filter(([, at]) => at <= now()).map(([uid]) => uid);
        for (const uid of ready) later.delete(uid);
        put(
          ready.filter((uid) => !stopped.has(uid)),
          'back',
        );
        setAlarm();
      },
      Math.max(0, next - now()),
    ).unref();
  }

  async function workOff(): Promise<void> {
    for (let uid = waiting.shift(); uid !== undefined && !closed; uid = waiting.shift()) {
      const cancel = new AbortController();
      current = { uid, cancel };
      let began = false;
      try {
        const modelIds = anew.delete(uid) ? null : lacking(uid, false);
        asked.delete(uid);
        if (modelIds?.length === 0) continue;
        began = true;
        onChange(uid);
        await analyzeStudy({
          store,
          engine,
          studyInstanceUID: uid,
          modelIds,
          device,
          actor: 'background',
          signal: cancel.signal,
        });
        if (background) comeBack(uid);
      } catch (thrown) {
        const error = toOverreadError(thrown);
        // Cancelled by `again`, `forget` or `close`; unknown where it was removed meanwhile.
        if (error.type !== 'cancelled' && error.code !== 'study-unknown') {
          resting.set(uid, now() + REST_MS);
          onError(error, uid);
        }
      } finally {
        current = { uid: '', cancel };
        if (began) onChange(uid);
      }
    }
    current = null;
  }

  function wake(): void {
    if (closed || current !== null || waiting.length === 0) return;
    // Set at once, so that a second wake before the first step does not start a second worker.
    current = { uid: '', cancel: new AbortController() };
    working = workOff();
  }

  function put(uids: readonly string[], where: 'front' | 'back'): void {
    const before = new Set(waiting);
    const rest = waiting.filter((uid) => !uids.includes(uid));
    waiting = where === 'front' ? [...uids, ...rest] : [...rest, ...uids];
    // Only of what did not wait before: whoever is told may ask, and asking may move it to the front.
    for (const uid of uids) if (!before.has(uid)) onChange(uid);
    wake();
  }

  /** Puts those of a page, newest first, that lack a result behind the others. */
  function putPage(offset: number): { rows: readonly unknown[]; total: number } {
    const page = store.studies.list({ limit: PAGE, offset, readerId: null });
    const unread = page.rows
      .map((row) => row.studyInstanceUID)
      .filter((uid) => uid !== current?.uid && !waiting.includes(uid) && lacking(uid, true).length > 0);
    put(unread, 'back');
    return page;
  }

  async function scan(): Promise<void> {
    for (let offset = 0; !closed; offset += PAGE) {
      const { rows, total } = putPage(offset);
      if (rows.length === 0 || offset + PAGE >= total) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    start() {
      if (!background) return;
      scanning = scan().catch((thrown: unknown) => onError(toOverreadError(thrown), ''));
    },
    add(uids) {
      for (const uid of uids) {
        anew.add(uid);
        stopped.delete(uid);
      }
      if (!background) return;
      put([...new Set(uids)], 'back');
    },
    first(uid) {
      if (current?.uid === uid || stopped.has(uid) || (resting.get(uid) ?? 0) > now()) return;
      if (waiting.includes(uid) || anew.has(uid) || lacking(uid, false).length > 0) put([uid], 'front');
    },
    retry(uid) {
      if (current?.uid === uid) return;
      stopped.delete(uid);
      resting.delete(uid);
      later.delete(uid);
      asked.add(uid);
      put([uid], 'front');
    },
    stop(uid) {
      stopped.add(uid);
      asked.delete(uid);
      waiting = waiting.filter((other) => other !== uid);
      if (current?.uid === uid) current.cancel.abort();
      onChange(uid);
    },
    turnOf(uid) {
      if (current?.uid === uid) return 'running';
      if (waiting.includes(uid)) return 'waiting';
      return stopped.has(uid) ? 'stopped' : 'idle';
    },
    again(uid) {
      stopped.delete(uid);
      // What reads it by the old facts is ended first: `put` may start the new run at once, which must go on.
      if (current?.uid === uid) current.cancel.abort();
      anew.add(uid);
      put([uid], 'front');
    },
    forget(uid) {
      waiting = waiting.filter((other) => other !== uid);
      anew.delete(uid);
      stopped.delete(uid);
      asked.delete(uid);
      if (current?.uid === uid) current.cancel.abort();
    },
    async settled() {
      await scanning;
      await working;
    },
    async close() {
      closed = true;
      clearTimeout(alarm);
      waiting = [];
      current?.cancel.abort();
      await scanning;
      await working;
    },
  };
}
