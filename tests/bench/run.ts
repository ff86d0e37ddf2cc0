/** `npm run bench [-- import index codecs analyze engine volume viewer reading report worklist upgrade ledger memory remote]`: each against its reference in the same run; exit 1 where an aim is missed. */
import type { BenchRow } from './bench-row.ts';

const BENCHES: Readonly<Record<string, () => Promise<{ run(): Promise<BenchRow[]> }>>> = {
  import: () => import('./import.ts'),
  index: () => import('./index.ts'),
  codecs: () => import('./codecs.ts'),
  analyze: () => import('./analyze.ts'),
  volume: () => import('./volume.ts'),
  engine: () => import('./engine.ts'),
  viewer: () => import('./viewer.ts'),
  reading: () => import('./reading.ts'),
  report: () => import('./report.ts'),
  worklist: () => import('./worklist.ts'),
  upgrade: () => import('./upgrade.ts'),
  ledger: () => import('./ledger.ts'),
  memory: () => import('./memory.ts'),
  remote: () => import('./remote.ts'),
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there is: ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}

const rows: BenchRow[] = [];
for (const [name, load] of Object.entries(BENCHES)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.error(`bench: ${name} …`);
  rows.push(...(await (await load()).run()));
}

const number = (value: number | null): string => (value === null ? 'not here' : value.toFixed(2));
const verdict = (ok: boolean | null): string => (ok === null ? 'undecided' : ok ? 'met' : 'MISSED');
console.table(
  rows.map(({ name, ours, reference, unit, ratio, aim, ok }) => ({
    what: name,
    ours: number(ours),
    reference: number(reference),
    unit,
    ratio: number(ratio),
    aim,
    result: verdict(ok),
  })),
);
process.exitCode = rows.some((row) => row.ok === false) ? 1 : 0;
