import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeMaps } from '../../../services/analyze-maps.ts';
import { analyzePaths } from '../../../services/analyze-paths.ts';
import { type AnalyzedStudy, analyzeStudies } from '../../../services/analyze-study.ts';
import { type AnalyzeReport, type Device, deviceSchema, type StudyResult } from '../../../shared/analysis.ts';
import { Refused } from '../../../shared/errors.ts';
import type { Refusal } from '../../../shared/imports.ts';
import { measuredWords } from '../../../shared/measured-words.ts';
import { modelName, parseModelChoice } from '../../../shared/model-name.ts';
import type { Store } from '../../../shared/ports.ts';
import { uidSchema } from '../../../shared/study.ts';
import { makeFolder } from '../../../store/make-folder.ts';
import { analyzeIntoLines } from '../analyze-lines.ts';
import { type Command, WrongUse } from '../command.ts';
import { FACT_OPTIONS, FACT_USAGE, statedFacts } from '../facts.ts';
import { progressTeller } from '../progress.ts';
import { plainLine } from '../table.ts';
import { withEngine } from '../with-engine.ts';
import { withStore } from '../with-store.ts';

function deviceOf(text: string | undefined): Device {
  const device = deviceSchema.safeParse(text ?? 'auto');
  if (device.success) return device.data;
  throw new WrongUse(`--device takes one of ${deviceSchema.options.join(', ')}.`);
}

/** `ID` or `ID@VERSION`, each once: whether they are installed the engine says. */
function modelsOf(texts: readonly string[]): string[] {
  for (const text of texts) {
    const { id, version } = parseModelChoice(text);
    if (!/^[a-z0-9-]+$/.test(id) || (version !== null && !/^\d+\.\d+\.\d+$/.test(version)))
      throw new WrongUse(`--model takes ID or ID@VERSION, such as chest-adult@0.3.0, and not ${text}.`);
  }
  return [...new Set(texts)];
}

/** A Study Instance UID of the store, or a path. A path that exists goes first: './1.2.3' is always a path. */
function sortArguments(store: Store, given: readonly string[]): { studies: string[]; paths: string[] } {
  const studies: string[] = [];
  const paths: string[] = [];
  for (const one of given) {
    if (uidSchema.safeParse(one).success && !existsSync(one)) {
      if (!store.studies.has(one)) {
        throw new Refused(
          'study-unknown',
          `There is neither a study nor a path ${one}. 'overread studies' lists what there is.`,
          { studyInstanceUID: one },
        );
      }
      studies.push(one);
    } else paths.push(resolve(one));
  }
  return { studies, paths };
}

function words(results: readonly StudyResult[], refused: readonly Refusal[], asked: Device): string {
  const lines: string[] = [];
  for (const { studyInstanceUID, results: models } of results) {
    lines.push(studyInstanceUID);
    for (const { model, status, reason, device, scores, findings, measurements, tileMaps = [] } of models) {
      lines.push(`  ${modelName(model)}: ${status}${reason === null ? '' : `: ${reason}`}`);
      if (device !== null && asked !== 'auto' && device !== asked)
        lines.push(`    run on ${device}, not on ${asked}: the record and 'overread verify' say why`);
      for (const { label, score, probability } of scores) {
        const calibrated = probability === undefined ? '' : `, probability ${probability.toFixed(3)}`;
        lines.push(`    ${label}: score ${score.toFixed(3)}${calibrated}`);
      }
      for (const { label, operatingPoint } of findings) {
        // A candidate below both points is none that a screen would show.
        lines.push(
          operatingPoint === null
            ? `    no finding: ${label} stays below both operating points`
            : `    finding: ${label}, at or above the ${operatingPoint} point`,
        );
      }
      for (const measured of measurements)
        lines.push(
          `    ${measured.name}: ${measuredWords(measured, (value) => `${Number(value.toPrecision(4))}`)}`,
        );
      for (const { label, rows, columns, mean, highest } of tileMaps)
        lines.push(
          `    ${label}: ${rows} × ${columns} tiles, mean ${mean.toFixed(3)}, highest ${highest.value.toFixed(3)}`,
        );
    }
  }
  for (const { path, code, reason } of refused) lines.push(`refused (${code}): ${path}: ${reason}`);
  lines.push('For research use, not for diagnosis.');
  return lines.map(plainLine).join('\n');
}

export const analyzeCommand: Command = {
  name: 'analyze',
  usage: `STUDY|PATH… [--model ID[@VERSION]]… [--device ${deviceSchema.options.join('|')}] [--out DIR [--occlusion]] [--lines FILE [--shard 1/1] [--engines 1]] ${FACT_USAGE}`,
  summary:
    'Let the models read studies of the data folder, or files where they lie. Prints AI results; audited.',
  options: {
    ...FACT_OPTIONS,
    model: { type: 'string', multiple: true },
    device: { type: 'string' },
    out: { type: 'string' },
    occlusion: { type: 'boolean' },
    lines: { type: 'string' },
    shard: { type: 'string' },
    engines: { type: 'string' },
  },
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const device = deviceOf(call.text('device'));
    const stated = statedFacts(call);
    const out = call.text('out');
    const models = modelsOf(call.texts('model'));
    const withOcclusion = call.flag('occlusion');
    if (withOcclusion && out === undefined) throw new WrongUse('--occlusion needs --out DIR for its maps.');
    const lines = call.text('lines');
    if (lines === undefined && (call.text('shard') ?? call.text('engines')) !== undefined)
      throw new WrongUse(
        '--shard and --engines belong to --lines FILE, which reads an archive file by file.',
      );
    if (lines !== undefined) {
      if (out !== undefined) throw new WrongUse('--lines writes no masks and heatmaps; leave --out away.');
      const modelIds = models.length === 0 ? null : models;
      return analyzeIntoLines(call, lines, { modelIds, device, stated });
    }
    if (out !== undefined) makeFolder(resolve(out));
    const { results, refused } = await withStore(call, (store) =>
      withEngine(call, async (engine) => {
        const { studies, paths } = sortArguments(store, call.positionals);
        if (withOcclusion && studies.length > 0) {
          throw new WrongUse('--occlusion reads files where they lie; give paths and no study.');
        }
        const common = {
          store,
          engine,
          modelIds: models.length === 0 ? null : models,
          device,
          actor: 'operator',
          signal: call.signal,
          onProgress: progressTeller((line) => call.say(line)),
        };
        const onStudy = async ({ maps }: AnalyzedStudy): Promise<void> => {
          if (out !== undefined) await writeMaps(resolve(out), maps);
        };
        const stored = await analyzeStudies(common, studies, onStudy);
        if (paths.length === 0) return { results: stored, refused: [] };
        const found = await analyzePaths({
          ...common,
          paths,
          stated,
          withMaps: out !== undefined,
          withOcclusion,
          onStudy,
        });
        return { results: [...stored, ...found.results], refused: found.refused };
      }),
    );
    for (const { path, code, reason } of refused)
      call.say(plainLine(`refused (${code}): ${path}: ${reason}`));
    const failed = results.some((study) => study.results.some(({ status }) => status === 'failed'));
    // What was refused belongs to no study: it comes last, in an element of its own.
    const json: AnalyzeReport =
      refused.length === 0 ? results : [...results, { studyInstanceUID: null, results: [], refused }];
    return { json, text: words(results, [], device), exit: failed || refused.length > 0 ? 1 : 0 };
  },
};
