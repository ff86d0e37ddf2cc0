import { resolve } from 'node:path';
import { mergeLedgers } from '../../../domain/ledger/merge-files.ts';
import { monthBefore } from '../../../domain/ledger/tellable.ts';
import { figuresOf } from '../../../domain/ledger/figures.ts';
import { exportLedger, readLedgerFile } from '../../../services/ledger/ledger-file.ts';
import { assessAiCsv } from '../../../services/ledger/assess-ai.ts';
import { ledgerOverview, ledgerPage, type TellParts } from '../../../services/ledger/ledger-page.ts';
import { completeLedger, rebuildLedger } from '../../../services/ledger/rebuild.ts';
import { loadTerminology } from '../../../services/terminology.ts';
import { type LedgerFigures, monthSchema, type ToldEstimate } from '../../../shared/ledger.ts';
import type { Store } from '../../../shared/ports.ts';
import { product, systemClock } from '../../shared/product.ts';
import { readPolicy } from '../../shared/read-policy.ts';
import { type Command, type CommandCall, WrongUse } from '../command.ts';
import { plainLine, table } from '../table.ts';
import { withExistingStore } from '../with-store.ts';
import { writeNew } from '../write-new.ts';

const RESEARCH = 'For research use, not for diagnosis.';

function monthOf(call: CommandCall, name: string): string | undefined {
  const text = call.text(name);
  if (text !== undefined && !monthSchema.safeParse(text).success)
    throw new WrongUse(`--${name} takes a calendar month, as 2026-11.`);
  return text;
}

function partsOf(call: CommandCall, store: Store, through: string | null): TellParts {
  const parts = { store, terminology: loadTerminology(product().resources) };
  completeLedger(parts);
  return { store, policy: readPolicy(call.data).ledger, through };
}

/** The last month that is over. */
function lastMonth(): string {
  return monthBefore(systemClock.now().slice(0, 7));
}

function share(estimate: ToldEstimate | null): string {
  if (estimate === null) return 'too few';
  const { value, low, high } = estimate;
  return `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}

const HEADS = ['MODEL', 'VERSION', 'LABEL', 'MONTHS', 'CASES', 'SENSITIVITY', 'SPECIFICITY', 'KAPPA', 'NOTE'];

function line(
  { modelId, version, label }: { modelId: string; version: string; label: string },
  months: string,
  figures: LedgerFigures | null,
  note: string,
): (string | number)[] {
  const named = [modelId, version, label, months];
  if (figures === null) return [...named, 'too few', '', '', '', note];
  const { cases, sensitivity, specificity, kappa } = figures;
  return [...named, cases, share(sensitivity), share(specificity), share(kappa), note];
}

export const ledgerCommand: Command = {
  name: 'ledger',
  usage: '[--model ID] [--from MONTH] [--to MONTH]',
  summary:
    'How each model did beside the reads as they stand, over studies with a final read; the running month too. Nothing on fewer cases than the policy says. With --json and --model all figures of it. Audited.',
  options: { model: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const [model, from, to] = [call.text('model'), monthOf(call, 'from'), monthOf(call, 'to')];
    const { overview, pages } = await withExistingStore(call, (store) => {
      const parts = partsOf(call, store, null);
      const all = ledgerOverview(parts);
      const wanted = all.summaries.filter(({ modelId }) => model === undefined || modelId === model);
      store.audit.append({
        actor: 'operator',
        action: 'view-ledger',
        studyInstanceUID: null,
        detail: { model: model ?? null, from: from ?? null, to: to ?? null },
      });
      return {
        overview: { ...all, summaries: wanted },
        pages: wanted.map(({ modelId, version, label }) => ({
          modelId,
          version,
          label,
          ...ledgerPage(parts, { modelId, version, label, from, to }),
        })),
      };
    });
    const rows = pages.map((page, at) => {
      const summary = overview.summaries[at];
      const drift = summary?.alert == null ? '' : `drift of ${summary.alert.alerts.join(' and ')}`;
      const months = page.period === null ? '' : `${page.period.from} to ${page.period.to}`;
      return line(
        page,
        months,
        page.figures,
        [drift, page.stopped ?? ''].filter((one) => one !== '').join('; '),
      );
    });
    const text = [
      `Site: ${overview.site}. No figure rests on fewer than ${overview.minimumCases} cases. Intervals: 95 %.`,
      rows.length === 0 ? 'No study with a final read was read by a model yet.' : table(HEADS, rows),
      RESEARCH,
    ].join('\n');
    const { site, minimumCases } = overview;
    return { json: { site, minimumCases, series: pages }, text, exit: 0 };
  },
};

export const ledgerExportCommand: Command = {
  name: 'ledger export',
  usage: '--out FILE [--as json|assess-ai] [--from MONTH] [--to MONTH] [--with-running-month]',
  summary:
    'Write a file for other sites: counts of whole months without anything of a patient, for ledger merge; or CSV with what the ACR’s Assess-AI compares. Audited.',
  options: {
    out: { type: 'string' },
    as: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    'with-running-month': { type: 'boolean' },
  },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const out = call.text('out');
    const as = call.text('as') ?? 'json';
    if (out === undefined || out === '') throw new WrongUse('--out FILE says where to write.');
    if (as !== 'json' && as !== 'assess-ai') throw new WrongUse('--as takes json or assess-ai.');
    const [from, to] = [monthOf(call, 'from'), monthOf(call, 'to')];
    const path = resolve(out);
    const written = await withExistingStore(call, (store) => {
      const parts = partsOf(call, store, call.flag('with-running-month') ? null : lastMonth());
      const made =
        as === 'json'
          ? {
              text: `${JSON.stringify(exportLedger({ ...parts, build: product().version, from, to }), null, 1)}\n`,
              withheld: null,
            }
          : csvOf(parts);
      writeNew(path, made.text);
      const detail = { as, from: from ?? null, to: to ?? null };
      store.audit.append({ actor: 'operator', action: 'export-ledger', studyInstanceUID: null, detail });
      return { path, as, bytes: Buffer.byteLength(made.text), withheld: made.withheld };
    });
    const left =
      written.withheld === null || written.withheld === 0
        ? ''
        : ` ${written.withheld} cases are in groups that are too small, and left out.`;
    return { json: written, text: plainLine(`Written: ${path} (${written.bytes} bytes).${left}`), exit: 0 };
  },
};

function csvOf(parts: TellParts): { text: string; withheld: number } {
  const { csv, withheld } = assessAiCsv(parts);
  return { text: csv, withheld };
}

export const ledgerMergeCommand: Command = {
  name: 'ledger merge',
  usage: 'A.json B.json… [--out FILE]',
  summary:
    'Add up ledger files of several sites or periods. The same months of the same site twice, or another schema, are refused.',
  options: { out: { type: 'string' } },
  positionals: { min: 2, max: Number.POSITIVE_INFINITY },
  run(call) {
    const out = call.text('out');
    const merged = mergeLedgers(call.positionals.map((path) => readLedgerFile(resolve(path))));
    if (out !== undefined) writeNew(resolve(out), `${JSON.stringify(merged, null, 1)}\n`);
    const minimum = Math.max(...merged.parts.map(({ minimumCases }) => minimumCases));
    const rows = merged.series
      .filter(({ label }) => label !== '')
      .map((series) => line(series, '', figuresOf(series.counts, minimum), ''));
    const text = [
      ...merged.parts.map(({ site, from, to }) => `${site}: ${from} to ${to}`),
      table(HEADS, rows),
      RESEARCH,
    ].join('\n');
    return Promise.resolve({ json: merged, text, exit: 0 });
  },
};

export const ledgerRebuildCommand: Command = {
  name: 'ledger rebuild',
  usage: '',
  summary:
    'Count the ledger anew from the reads and records; the numbers are those that were kept all along. Audited.',
  options: {},
  positionals: { min: 0, max: 0 },
  async run(call) {
    const studies = await withExistingStore(call, (store) => {
      const counted = rebuildLedger({ store, terminology: loadTerminology(product().resources) });
      store.audit.append({
        actor: 'operator',
        action: 'rebuild-ledger',
        studyInstanceUID: null,
        detail: { studies: counted },
      });
      return counted;
    });
    return { json: { studies }, text: `${studies} studies counted.`, exit: 0 };
  },
};
