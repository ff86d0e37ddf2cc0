import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { checkReport } from '../../../../electron/domain/report-check/check-report.ts';
import type { Lexicon } from '../../../../electron/domain/report-text/lexicon.ts';
import {
  checkReportInputSchema,
  type WarningKind,
  warningKindSchema,
} from '../../../../electron/shared/report-check.ts';

const caseSchema = checkReportInputSchema.extend({
  id: z.string(),
  expected: z.array(z.object({ kind: warningKindSchema, words: z.string() })),
});
export type ReportCase = z.infer<typeof caseSchema>;

/** Hits, false alarms and misses; a warning hits an expectation of its kind, once. */
export interface Counts {
  hits: number;
  alarms: number;
  misses: number;
}

export function reportCases(name: string): ReportCase[] {
  const path = join(import.meta.dirname, '../../../fixtures/report-check', `${name}.jsonl`);
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => caseSchema.parse(JSON.parse(line)));
}

/** Counts over cases, by kind; `pointed` of `told` warnings lie on the telling words where the case names them. */
export function measure(
  cases: readonly ReportCase[],
  lexicon: Lexicon,
): { all: Counts; byKind: Map<WarningKind, Counts>; pointed: number; told: number } {
  const byKind = new Map<WarningKind, Counts>();
  const of = (kind: WarningKind): Counts => {
    const counts = byKind.get(kind) ?? { hits: 0, alarms: 0, misses: 0 };
    byKind.set(kind, counts);
    return counts;
  };
  let [pointed, told] = [0, 0];
  for (const one of cases) {
    const left = checkReport(one, lexicon);
    for (const { kind, words } of one.expected) {
      const at = words === '' ? -1 : one.text.indexOf(words);
      const sameKind = left.filter((warning) => warning.kind === kind);
      const there = sameKind.find(({ start, end }) => at !== -1 && start < at + words.length && at < end);
      const found = there ?? sameKind[0];
      if (found === undefined) of(kind).misses += 1;
      else {
        of(kind).hits += 1;
        left.splice(left.indexOf(found), 1);
        if (at !== -1) told += 1;
        if (there !== undefined) pointed += 1;
      }
    }
    for (const { kind } of left) of(kind).alarms += 1;
  }
  const all = [...byKind.values()].reduce(
    (sum, counts) => ({
      hits: sum.hits + counts.hits,
      alarms: sum.alarms + counts.alarms,
      misses: sum.misses + counts.misses,
    }),
    { hits: 0, alarms: 0, misses: 0 },
  );
  return { all, byKind, pointed, told };
}

export function precision({ hits, alarms }: Counts): number {
  return hits / (hits + alarms);
}

export function recall({ hits, misses }: Counts): number {
  return hits / (hits + misses);
}
