import { Refused } from '../../shared/errors.ts';
import type { LedgerFile, LedgerFileSeries } from '../../shared/ledger.ts';
import { sumCounts } from './figures.ts';

type Part = LedgerFile['parts'][number];

/** The same months of the same site in two files: its cases would count twice. */
function overlapOf(parts: readonly Part[]): readonly [Part, Part] | null {
  for (const [at, one] of parts.entries()) {
    const other = parts
      .slice(at + 1)
      .find(({ site, from, to }) => site === one.site && from <= one.to && one.from <= to);
    if (other !== undefined) return [one, other];
  }
  return null;
}

function grouped<Row>(rows: readonly Row[], key: (row: Row) => string): Row[][] {
  return [...Map.groupBy(rows, key)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, those]) => those);
}

function summed<Row extends object>(rows: readonly Row[], keys: readonly (keyof Row)[]): Row {
  const sum = { ...(rows[0] as Row) };
  for (const key of keys) {
    const all = rows.reduce((total, row) => total + Number(row[key]), 0);
    sum[key] = all as Row[keyof Row];
  }
  return sum;
}

function mergeSeries(those: readonly LedgerFileSeries[]): LedgerFileSeries {
  const { modelId, version, label } = those[0] as LedgerFileSeries;
  const scanners = grouped(
    those.flatMap((one) => one.scanners),
    ({ manufacturer, model, software }) => JSON.stringify([manufacturer, model, software]),
  ).map((rows) => ({
    ...(rows[0] as (typeof rows)[number]),
    counts: sumCounts(rows.map(({ counts }) => counts)),
  }));
  return {
    modelId,
    version,
    label,
    counts: sumCounts(those.map(({ counts }) => counts)),
    scanners,
    scores: grouped(
      those.flatMap(({ scores }) => scores),
      ({ bin }) => String(bin).padStart(2, '0'),
    ).map((rows) => summed(rows, ['positives', 'negatives'])),
    calibration: grouped(
      those.flatMap(({ calibration }) => calibration),
      ({ bin }) => String(bin),
    ).map((rows) => summed(rows, ['cases', 'sum', 'positives', 'squares'])),
  };
}

/**
 * Adds up the counts of files of several sites or several periods. The order of the files changes nothing.
 *
 * @throws Refused `ledger-overlap` where two of them hold the same months of the same site.
 */
export function mergeLedgers(files: readonly LedgerFile[]): LedgerFile {
  const parts = files
    .flatMap((file) => file.parts)
    .toSorted((a, b) => (`${a.site}\n${a.from}` < `${b.site}\n${b.from}` ? -1 : 1));
  const overlap = overlapOf(parts);
  if (overlap !== null) {
    const [one, other] = overlap;
    throw new Refused(
      'ledger-overlap',
      `Nothing was merged: '${one.site}' is in it twice, from ${one.from} to ${one.to} and from ${other.from} to ${other.to}, and its cases would count twice. Leave one of the two out. If they are two sites, give each its name (policy, ledger.site) and export again.`,
      { site: one.site },
    );
  }
  const series = grouped(
    files.flatMap((file) => file.series),
    ({ modelId, version, label }) => JSON.stringify([modelId, version, label]),
  ).map(mergeSeries);
  return { schema: 'overread.ledger/1', parts, series };
}
