import type { Reliance, RelianceShare } from '../../shared/ledger.ts';
import type { RelianceCase, RelianceRow, RelianceTimes } from '../../shared/ledger-ports.ts';
import type { ModelView } from '../comparison-words.ts';
import { kappaOf } from '../statistics/kappa.ts';
import { overallAgreement, wilson } from '../statistics/proportions.ts';
import type { Terms } from '../terms.ts';
import { isShown } from '../thresholds.ts';
import { committedHas, type FinalRead, labelsOf, standsHas } from './case.ts';

/**
 * What one final read made of each statement of the models that read the study.
 *
 * @param judged Whether others have the finding; null where nobody has judged it.
 */
export function relianceCases(
  views: readonly ModelView[],
  read: FinalRead,
  terms: Terms,
  judged: (label: string) => boolean | null,
): RelianceCase[] {
  const done = views.filter(({ result }) => result.status === 'completed');
  const positive = done.flatMap(({ result }) =>
    result.findings.filter((finding) => isShown(finding)).map(({ label }) => label),
  );
  return done.flatMap((view) =>
    labelsOf(view).map((label): RelianceCase => {
      const { result } = view;
      return {
        modelId: result.model.id,
        version: result.model.version,
        label,
        ai: result.findings.some((finding) => finding.label === label && isShown(finding)),
        before: committedHas(read, result, label, terms),
        after: standsHas(read, result, label, terms),
        judged: judged(label),
        other: positive.some((one) => one !== label),
        blind: !read.sawAi,
      };
    }),
  );
}

function total(rows: readonly RelianceRow[]): number {
  return rows.reduce((sum, { cases }) => sum + cases, 0);
}

/** A share of rows, with its interval; null where the whole is below the minimum. */
function shareOf(
  rows: readonly RelianceRow[],
  counts: (row: RelianceRow) => boolean,
  minimum: number,
): RelianceShare | null {
  const of = total(rows);
  if (of < minimum) return null;
  const told = wilson(total(rows.filter(counts)), of);
  return told === null ? null : { value: told.value, low: told.low, high: told.high, of };
}

function agreementOf(
  rows: readonly RelianceRow[],
  minimum: number,
): Pick<Reliance['labels'][number], 'agreement' | 'kappa'> {
  const cell = (ai: boolean, reader: boolean): number =>
    total(rows.filter((row) => row.ai === ai && row.before === reader));
  const table = {
    tp: cell(true, true),
    fp: cell(true, false),
    fn: cell(false, true),
    tn: cell(false, false),
  };
  const agreement = total(rows) < minimum ? null : overallAgreement(table);
  // Kappa and agreement together give the table: it needs enough of both kinds.
  const enough = table.tp + table.fn >= minimum && table.fp + table.tn >= minimum;
  const kappa = enough ? kappaOf(table) : null;
  const plain = (told: RelianceShare | null): RelianceShare | null =>
    told === null ? null : { value: told.value, low: told.low, high: told.high, of: told.of };
  return { agreement: plain(agreement), kappa: plain(kappa) };
}

/**
 * What a reader, or all of them together, made of the AI. Each figure says on how many cases it rests, and is left out (null) below the minimum.
 *
 * - Agreement: the blind read beside the AI, by label.
 * - Switched: where the read differed from the AI, the share in which it followed the AI afterwards; of cases that others judged, where the AI was right and where it was wrong.
 * - Over-reliance: of the cases in which others judged the AI wrong, the share in which the read as it stands says the same as the AI. Under-reliance: of
 *   those in which it was right, the share in which the read does not. Source of the terms (misuse, disuse): Parasuraman R, Riley V, Hum Factors 1997;39:230.
 * - Missed: of findings that others judged to be there, the share that is not in the read as it stands, where a model was positive for something else and
 *   where none was (satisfaction of search; Berbaum KS et al., Invest Radiol 1990;25:133).
 */
export function relianceOf(
  rows: readonly RelianceRow[],
  times: readonly RelianceTimes[],
  minimum: number,
): Omit<Reliance, 'minimumCases' | 'period'> {
  const labels = [
    ...Map.groupBy(rows, ({ modelId, version, label }) => JSON.stringify([modelId, version, label])).values(),
  ];
  const judged = rows.filter((row) => row.judged !== null);
  const differed = judged.filter((row) => row.blind && row.before !== row.ai);
  const followed = (row: RelianceRow): boolean => row.after === row.ai;
  const right = differed.filter((row) => row.ai === row.judged);
  const wrong = differed.filter((row) => row.ai !== row.judged);
  const there = judged.filter((row) => row.judged === true);
  const missed = (row: RelianceRow): boolean => !row.after;
  const timed = times.reduce((sum, { cases }) => sum + cases, 0);
  const seconds = times.reduce((sum, one) => sum + one.seconds, 0);
  return {
    labels: labels.flatMap((those) => {
      const [first] = those;
      const blind = those.filter((row) => row.blind);
      const cases = total(blind);
      if (first === undefined || cases < minimum) return [];
      const { modelId, version, label } = first;
      return [{ modelId, version, label, cases, ...agreementOf(blind, minimum) }];
    }),
    switchedToRight: shareOf(right, followed, minimum),
    switchedToWrong: shareOf(wrong, followed, minimum),
    overReliance: shareOf(
      judged.filter((row) => row.ai !== row.judged),
      followed,
      minimum,
    ),
    underReliance: shareOf(
      judged.filter((row) => row.ai === row.judged),
      (row) => !followed(row),
      minimum,
    ),
    missedBesideAi: shareOf(
      there.filter((row) => row.other),
      missed,
      minimum,
    ),
    missedWithoutAi: shareOf(
      there.filter((row) => !row.other),
      missed,
      minimum,
    ),
    meanSeconds: timed < minimum ? null : { value: seconds / timed, of: timed },
  };
}
