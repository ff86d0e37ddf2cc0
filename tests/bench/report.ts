import { checkReport } from '../../electron/domain/report-check/check-report.ts';
import { loadReportWords } from '../../electron/services/report-words.ts';
import { measure, precision, recall, reportCases } from '../unit/domain/report-check/measured.ts';
import { measureContext } from '../unit/domain/clinical-context.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile } from './quantile.ts';

const CHECK_MS = 10;
const ROUNDS = 300;
/** A two-page report has some 6,000 characters. */
const LENGTH = 6_000;
/** More than a reader marks in one study, as a rule. */
const MARKS = 15;
const PRECISION = 0.9;
const RECALL = 0.85;

/** Two pages made of texts of the sets, with the marks of each: every sentence is another one. */
function pages(): { text: string; findings: ReturnType<typeof reportCases>[number]['findings'] } {
  const cases = reportCases('developed-on').filter(({ study }) => study.bodyPart === 'CHEST');
  const bodies: string[] = [];
  const findings: ReturnType<typeof reportCases>[number]['findings'] = [];
  for (const one of cases) {
    if (bodies.join(' ').length > LENGTH) break;
    bodies.push(one.text.replaceAll(/[A-Z]{4,}:/g, ''));
    if (findings.length < MARKS) findings.push(...one.findings);
  }
  return { text: `FINDINGS: ${bodies.join(' ')}\nIMPRESSION: As above.`, findings };
}

export function run(): Promise<BenchRow[]> {
  const lexicon = loadReportWords('resources');
  const { text, findings } = pages();
  const check = (): void =>
    void checkReport({ study: { bodyPart: 'CHEST', sex: 'F' }, findings, text }, lexicon);
  for (let round = 0; round < 30; round += 1) check();
  const times = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    check();
    return performance.now() - started;
  });
  const ours = quantile(times, 0.95);
  const rows: BenchRow[] = [
    {
      name: `check of a report of ${text.length.toLocaleString('en')} characters with ${String(findings.length)} marks`,
      ours,
      reference: null,
      unit: 'ms p95',
      ratio: null,
      aim: `≤${String(CHECK_MS)} ms`,
      ok: ours <= CHECK_MS,
    },
  ];
  for (const name of ['independent', 'held-out', 'developed-on']) {
    const { all, pointed, told } = measure(reportCases(name), lexicon);
    const share = (what: string, value: number, least: number): BenchRow => ({
      name: `${name}: ${what}${what === 'precision' ? `, ${String(pointed)} of ${String(told)} on the telling words` : ''}`,
      ours: value,
      reference: null,
      unit: '',
      ratio: null,
      aim: `≥${String(least)}`,
      ok: value >= least,
    });
    rows.push(share('precision', precision(all), PRECISION), share('recall', recall(all), RECALL));
  }
  for (const name of ['held-out', 'developed-on']) {
    const { hits, alarms, misses, flags } = measureContext(name, lexicon);
    const told = (what: string, value: number): BenchRow => ({
      name: `clinical context, ${name}: ${what}`,
      ours: value,
      reference: null,
      unit: '',
      ratio: null,
      aim: 'told, no aim',
      ok: null,
    });
    rows.push(
      told('precision', hits / (hits + alarms)),
      told('recall', hits / (hits + misses)),
      told('of those found, said rightly', flags / hits),
    );
  }
  return Promise.resolve(rows);
}

if (import.meta.main) console.table(await run());
