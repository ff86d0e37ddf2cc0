import { readFileSync } from 'node:fs';
import { SCORE_BINS } from '../../domain/ledger/case.ts';
import { sumCounts } from '../../domain/ledger/figures.ts';
import { besideTotal } from '../../domain/ledger/tellable.ts';
import { Refused } from '../../shared/errors.ts';
import { type LedgerFile, ledgerFileSchema, type LedgerFileSeries } from '../../shared/ledger.ts';
import type { LedgerCountRow, LedgerSeries } from '../../shared/ledger-ports.ts';
import type { TellParts } from './ledger-page.ts';
import { type Asked, isIn, periodOf, toldBlocks } from './told-rows.ts';

/** Steps of the score in a file. */
const FILE_BINS = 20;

export interface ExportRequest extends TellParts {
  readonly build: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * The ledger as a file that leaves the site: counts of whole months and nothing else. No count of a series, scanner or step of the score rests on
 * fewer cases than the minimum; stations, readers and dates within a month are not in it.
 *
 * @throws Refused `ledger-empty` where there is nothing to tell.
 */
export function exportLedger(request: ExportRequest): LedgerFile {
  const { store, policy, through, build, from, to } = request;
  const asked: Asked = { from, to, through, minimum: policy.minimumCases };
  const groups = Map.groupBy(store.ledger.counts(), ({ modelId, version, label }) =>
    JSON.stringify([modelId, version, label]),
  );
  const told = [...groups.values()].flatMap((rows) => {
    const blocks = toldBlocks(rows, asked);
    const period = periodOf(blocks);
    const [first] = rows;
    return period === null || first === undefined ? [] : [{ first, rows, period, blocks }];
  });
  if (told.length === 0) {
    throw new Refused(
      'ledger-empty',
      `Nothing was written: no model has ${policy.minimumCases} studies with a final read in whole months of this period. Later, or with other months.`,
    );
  }
  const months = told.flatMap(({ period }) => [period.from, period.to]).toSorted();
  return {
    schema: 'overread.ledger/1',
    parts: [
      {
        site: policy.site,
        from: months[0] ?? '',
        to: months.at(-1) ?? '',
        minimumCases: policy.minimumCases,
        overread: build,
      },
    ],
    series: told.map(({ first, rows, period, blocks }): LedgerFileSeries => {
      const { modelId, version, label } = first;
      const series = { modelId, version, label };
      const counts = sumCounts(blocks.flatMap((block) => block.rows));
      return {
        ...series,
        counts,
        scanners: scannersOf(rows, asked, period, counts.cases),
        scores: scoresOf(request, series, period),
        calibration: calibrationOf(request, series, period),
      };
    }),
  };
}

function scannersOf(
  rows: readonly LedgerCountRow[],
  asked: Asked,
  period: { from: string; to: string },
  total: number,
): LedgerFileSeries['scanners'] {
  const groups = Map.groupBy(
    rows.filter((row) => isIn(row, period)),
    ({ scanner: { manufacturer, model, software } }) => JSON.stringify([manufacturer, model, software]),
  );
  const summed = [...groups.values()].flatMap((those) => {
    const scanner = those[0]?.scanner;
    if (scanner === undefined) return [];
    const { manufacturer, model, software } = scanner;
    const counts = sumCounts(toldBlocks(those, asked).flatMap((block) => block.rows));
    return [{ manufacturer, model, software, counts, cases: counts.cases }];
  });
  return besideTotal(summed, total, asked.minimum).told.map(({ cases: _, ...scanner }) => scanner);
}

function scoresOf(
  { store, policy }: ExportRequest,
  series: LedgerSeries,
  period: { from: string; to: string },
): LedgerFileSeries['scores'] {
  const width = SCORE_BINS / FILE_BINS;
  const rows = store.ledger.scores(series).filter((row) => isIn(row, period));
  return [...Map.groupBy(rows, ({ bin }) => Math.floor(bin / width))]
    .map(([bin, those]) => ({
      bin,
      positives: those.reduce((sum, row) => sum + row.positives, 0),
      negatives: those.reduce((sum, row) => sum + row.negatives, 0),
    }))
    .filter(({ positives, negatives }) => positives + negatives >= policy.minimumCases)
    .toSorted((a, b) => a.bin - b.bin);
}

function calibrationOf(
  { store, policy }: ExportRequest,
  series: LedgerSeries,
  period: { from: string; to: string },
): LedgerFileSeries['calibration'] {
  const rows = store.ledger.calibration(series).filter((row) => isIn(row, period));
  return [...Map.groupBy(rows, ({ bin }) => bin)]
    .map(([bin, those]) => ({
      bin,
      cases: those.reduce((sum, row) => sum + row.cases, 0),
      sum: those.reduce((sum, row) => sum + row.sum, 0),
      positives: those.reduce((sum, row) => sum + row.positives, 0),
      squares: those.reduce((sum, row) => sum + row.squares, 0),
    }))
    .filter(({ cases }) => cases >= policy.minimumCases)
    .toSorted((a, b) => a.bin - b.bin);
}

/**
 * A ledger file as somebody else wrote it.
 *
 * @throws Refused `unreadable-file`, `ledger-file` where it is none, or one of another schema.
 */
export function readLedgerFile(path: string): LedgerFile {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new Refused('ledger-file', `${path} is not JSON: ${cause.message}.`);
    throw new Refused(
      'unreadable-file',
      `${path} cannot be read. Check its name and that you may read it.`,
      undefined,
      cause,
    );
  }
  const schema = (document as { schema?: unknown } | null)?.schema;
  if (schema !== 'overread.ledger/1') {
    throw new Refused(
      'ledger-file',
      `${path} is no ledger file of the schema overread.ledger/1${typeof schema === 'string' ? ` but of ${schema}` : ''}. Export it again with a build that writes this schema.`,
    );
  }
  const result = ledgerFileSchema.safeParse(document);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Refused(
    'ledger-file',
    `${path} is damaged or was changed: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}.`,
  );
}
