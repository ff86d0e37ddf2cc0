import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledgerOverview, ledgerPage, type TellParts } from '../../electron/services/ledger/ledger-page.ts';
import { NO_LEDGER_POLICY } from '../../electron/shared/policy.ts';
import { openStore } from '../../electron/store/open-store.ts';
import type { BenchRow } from './bench-row.ts';
import { fillLedger } from './ledger-rows.ts';
import { quantile } from './quantile.ts';

const READS = 200_000;
const AIM_MS = 300;
const ROUNDS = 40;

function row(name: string, ours: number, unit: string, aim: number | null): BenchRow {
  return {
    name,
    ours,
    reference: null,
    unit,
    ratio: null,
    aim: aim === null ? 'told, no aim' : `≤${aim} ${unit}`,
    ok: aim === null ? null : ours <= aim,
  };
}

/** Pages of the ledger over 200,000 final reads of three years, 24 scanners and four models: made from the sums, whole, as the routes answer them. */
export function run(): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'overread-bench-ledger-'));
  try {
    const oneCase = fillLedger(directory, READS);
    const store = openStore({ directory });
    try {
      const parts: TellParts = { store, policy: NO_LEDGER_POLICY, through: '2025-11' };
      const [overviews, pages, computed]: [number[], number[], number[]] = [[], [], []];
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now();
        const { summaries } = ledgerOverview(parts);
        JSON.stringify(summaries);
        overviews.push(performance.now() - start);
        for (const { modelId, version, label } of summaries) {
          for (const period of [{}, { from: '2024-03' }, { from: '2023-06', to: '2025-02' }]) {
            const begun = performance.now();
            const cpu = process.cpuUsage();
            const page = ledgerPage(parts, { modelId, version, label, ...period });
            if (page.figures === null) throw new Error(`The page of ${modelId} is empty.`);
            JSON.stringify(page);
            pages.push(performance.now() - begun);
            const { user, system } = process.cpuUsage(cpu);
            computed.push((user + system) / 1000);
          }
        }
      }
      const of = `${READS.toLocaleString('en')} reads`;
      return Promise.resolve([
        row(
          `ledger: overview of every model, ${of}, ${ROUNDS} times`,
          quantile(overviews, 0.95),
          'ms p95',
          AIM_MS,
        ),
        row(
          `ledger: page of one model, ${of}, ${pages.length} times`,
          quantile(pages, 0.95),
          'ms p95',
          AIM_MS,
        ),
        row('ledger: page of one model: computing', quantile(computed, 0.95), 'ms p95', null),
        row('ledger: slowest page', quantile([...pages, ...overviews], 1), 'ms', null),
        row('ledger: counting one more case, by triggers', oneCase, 'ms', null),
      ]);
    } finally {
      store.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 1)}\n`);
