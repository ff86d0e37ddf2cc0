import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StudyQuery, Store } from '../../electron/shared/ports.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { header } from '../unit/store/parts.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile } from './quantile.ts';
import { FILTERED, FILTERED_SEARCHES } from './worklist-questions.ts';
import { fillPeers, type Peers } from './worklist-peers.ts';
import { fillStudies } from './worklist-rows.ts';

const STUDIES = 1_000_000;
const PAGE = 50;
const AIM_MS = 30;
const ROUNDS = 5;
/** Answers that a question with filters may take, each within the aim: a list that few studies answer comes in parts. */
const MOST_PARTS = 200;
/** Where in the list the deep page lies. */
const DEEP = 500_000;
const IMPORTS = 400;
const IMPORT_AIM = 1.5;

/** What people type: names, parts of names, numbers, one and two letters, several words, what is not there; in every view. */
const SEARCHES = [
  'anna',
  'schmid',
  'nguyen wei',
  'mül',
  'maria ct',
  'li',
  'x',
  'a',
  'zz',
  'qx',
  'ct',
  'mr knee',
  'chest',
  'portable',
  'zzzzz',
  'p0123',
  'p0123456',
  'acc10999',
  'acc10999123',
  '12345',
  'garko lars',
  'marian tom ct',
  'ct he',
  'follow-up',
  'hernan',
];
const VIEWS = ['all', 'to-read', 'mine', 'reconcile', 'final', 'referred', 'consensus'] as const;

/** Milliseconds by the clock, and those of them that this process computed: on a busy machine the rest is waiting for a turn. */
interface Times {
  readonly clock: number[];
  readonly computed: number[];
}

/** Each question in turns, so that none finds all of its pages warm. */
function ask(store: Store, questions: readonly Partial<StudyQuery>[], readerId: string): Times {
  const times: Times = { clock: [], computed: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const question of questions) {
      const start = performance.now();
      const cpu = process.cpuUsage();
      store.studies.list({ ...question, readerId, limit: PAGE, offset: 0 });
      times.clock.push(performance.now() - start);
      const { user, system } = process.cpuUsage(cpu);
      times.computed.push((user + system) / 1000);
    }
  }
  return times;
}

interface Parts {
  /** Of each answer. */
  readonly answers: Times;
  /** Of all the answers that a full page took. */
  readonly pages: Times;
}

/** Each question until its page is full, part by part as the window asks. */
function askInParts(store: Store, questions: readonly Partial<StudyQuery>[], readerId: string): Parts {
  const answers: Times = { clock: [], computed: [] };
  const pages: Times = { clock: [], computed: [] };
  for (const question of questions) {
    let after: string | undefined;
    let [rows, clock, computed] = [0, 0, 0];
    for (let parts = 0; parts < MOST_PARTS && rows < PAGE; parts++) {
      const start = performance.now();
      const cpu = process.cpuUsage();
      const page = store.studies.list({
        ...question,
        readerId,
        limit: PAGE,
        offset: 0,
        ...(after === undefined ? {} : { after }),
      });
      answers.clock.push(performance.now() - start);
      const { user, system } = process.cpuUsage(cpu);
      answers.computed.push((user + system) / 1000);
      clock += answers.clock.at(-1) ?? 0;
      computed += answers.computed.at(-1) ?? 0;
      rows += page.rows.length;
      after = page.next;
      if (after === undefined) break;
    }
    pages.clock.push(clock);
    pages.computed.push(computed);
  }
  return { answers, pages };
}

/** The page behind the 500,000th study in each order; the walk there is not counted. */
function askDeep(store: Store, readerId: string): Times {
  const times: Times = { clock: [], computed: [] };
  for (const key of ['received', 'studied', 'name', 'priority'] as const) {
    const query = { readerId, offset: 0, sort: { key, descending: true } };
    let after: string | undefined;
    for (let rows = 0; rows < DEEP; ) {
      const page = store.studies.list({ ...query, limit: 10_000, ...(after === undefined ? {} : { after }) });
      rows += page.rows.length;
      after = page.next;
    }
    const deep = ask(store, [{ ...query, ...(after === undefined ? {} : { after }) }], readerId);
    times.clock.push(...deep.clock);
    times.computed.push(...deep.computed);
  }
  return times;
}

/** Pages of the AI triage: the first, those on, and those deep in either part, of readers who have read little, nothing, and all that is positive but the newest. */
function askTriage(store: Store, readerId: string, { diligentId, newcomerId }: Peers): Times {
  const times: Times = { clock: [], computed: [] };
  const places = [null, `positive-${DEEP}`, 'positive-2000', `rest-${STUDIES}`, `rest-${DEEP}`, 'rest-2000'];
  for (let round = 0; round < ROUNDS; round++) {
    for (const reader of [readerId, diligentId, newcomerId]) {
      for (const place of places) {
        const start = performance.now();
        const cpu = process.cpuUsage();
        store.triage.list(reader, PAGE, place);
        times.clock.push(performance.now() - start);
        const { user, system } = process.cpuUsage(cpu);
        times.computed.push((user + system) / 1000);
      }
    }
  }
  return times;
}

/** Studies of one instance each, stored one after the other as an import does; in turns with another store, so that both meet the same machine. */
function storeInTurns(stores: readonly Store[]): Times[] {
  const times = stores.map((): Times => ({ clock: [], computed: [] }));
  for (let i = 0; i < IMPORTS; i++) {
    for (const [which, store] of stores.entries()) storeOne(store, i, times[which] as Times);
  }
  return times;
}

function storeOne(store: Store, number: number, { clock, computed }: Times): void {
  const bytes = Buffer.from(`instance ${number}`);
  const sha256 = hash('sha256', bytes);
  store.blobs.put(bytes, sha256);
  const uid = `1.2.826.0.1.6.${number}`;
  const ours = header({
    studyInstanceUID: uid,
    seriesInstanceUID: `${uid}.1`,
    sopInstanceUID: `${uid}.1.1`,
  });
  const start = performance.now();
  const cpu = process.cpuUsage();
  store.studies.storeStudy(
    uid,
    [{ header: ours, sha256, bytes: bytes.length, sourcePath: 'x' }],
    null,
    'operator',
  );
  clock.push(performance.now() - start);
  const { user, system } = process.cpuUsage(cpu);
  computed.push((user + system) / 1000);
}

function row(
  name: string,
  values: readonly number[],
  reference: number | null,
  aim: string,
  ok: (p95: number) => boolean,
): BenchRow {
  const ours = quantile(values, 0.95);
  const ratio = reference === null ? null : ours / reference;
  return { name, ours, reference, unit: 'ms p95', ratio, aim, ok: ok(ours) };
}

function besideRow(
  what: string,
  part: number,
  large: readonly number[],
  empty: readonly number[],
  judged: boolean,
): BenchRow {
  const [ours, reference] = [quantile(large, part), quantile(empty, part)];
  const ratio = ours / reference;
  return {
    name: `import of one more study, beside a new folder, ${IMPORTS} of each: ${what}`,
    ours,
    reference,
    unit: 'ms',
    ratio,
    aim: judged ? `≤${IMPORT_AIM}×` : 'told, no aim',
    ok: judged ? ratio <= IMPORT_AIM : null,
  };
}

/** A worklist of a million studies: its pages, its searches, and the import of one more, beside that into an empty folder. */
export async function run(): Promise<BenchRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'overread-bench-'));
  try {
    const warm = openStore({ directory: join(root, 'warm') });
    storeInTurns([warm]);
    warm.close();
    const fresh = openStore({ directory: join(root, 'fresh') });
    const directory = join(root, 'large');
    const { readerId } = fillStudies(directory, STUDIES);
    const peers = fillPeers(directory, readerId);
    const store = openStore({ directory });
    try {
      const pages = ask(
        store,
        VIEWS.map((view) => ({ view })),
        readerId,
      );
      const searches = ask(
        store,
        SEARCHES.map((query) => ({ query })),
        readerId,
      );
      const inViews = ask(
        store,
        VIEWS.flatMap((view) => SEARCHES.map((query) => ({ query, view }))),
        readerId,
      );
      const filtered = askInParts(store, FILTERED, readerId);
      const filteredSearches = askInParts(store, FILTERED_SEARCHES, readerId);
      const deep = askDeep(store, readerId);
      const triage = askTriage(store, readerId, peers);
      const [imports, beside] = storeInTurns([store, fresh]) as [Times, Times];
      const aim = `≤${AIM_MS} ms`;
      const quick = (p95: number): boolean => p95 <= AIM_MS;
      const asked: readonly (readonly [string, Times])[] = [
        [`first page of each view, ${STUDIES.toLocaleString('en')} studies`, pages],
        [`search in all studies, ${SEARCHES.length} different ones`, searches],
        [`search in each view, ${SEARCHES.length * VIEWS.length} different ones`, inViews],
        [`answer with filters, orders and views, ${FILTERED.length} questions`, filtered.answers],
        [
          `answer with filters, orders and words, ${FILTERED_SEARCHES.length} questions`,
          filteredSearches.answers,
        ],
        ['AI triage, pages from the first to the last, three readers', triage],
        [`page behind the ${DEEP.toLocaleString('en')}th study, each order`, deep],
      ];
      return [
        ...asked.flatMap(([name, { clock, computed }]) => [
          row(name, clock, null, aim, quick),
          { ...row(`${name}: computing`, computed, null, 'told, no aim', quick), ok: null },
        ]),
        {
          ...row(
            'all answers of a full page with filters and views: computing',
            filtered.pages.computed,
            null,
            'told, no aim',
            quick,
          ),
          ok: null,
        },
        {
          ...row(
            'all answers of a full page with filters and words: computing',
            filteredSearches.pages.computed,
            null,
            'told, no aim',
            quick,
          ),
          ok: null,
        },
        besideRow('median', 0.5, imports.clock, beside.clock, true),
        // By the clock the tail is the disk's and the machine's: what the store itself does is computing.
        besideRow('95th percentile of its computing', 0.95, imports.computed, beside.computed, true),
        besideRow('95th percentile', 0.95, imports.clock, beside.clock, false),
        besideRow('slowest, computing', 1, imports.computed, beside.computed, false),
      ];
    } finally {
      store.close();
      fresh.close();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 1)}\n`);
