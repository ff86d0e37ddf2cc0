import { isTraining } from '../../../domain/reader-study/design.ts';
import { trainingProgress, trialProgress } from '../../../services/trial-progress.ts';
import {
  analyzeTrialReads,
  createTrial,
  findTrial,
  recordTrialRead,
  simulateTrial,
} from '../../../services/trials.ts';
import { type TrialAnalysis, trialDesignSchema } from '../../../shared/reader-study.ts';
import { systemClock } from '../../shared/product.ts';
import { type Command, type CommandCall, WrongUse } from '../command.ts';
import { table } from '../table.ts';
import { givenReadsSchema, readDocument } from '../trial-file.ts';
import { withExistingStore, withStore } from '../with-store.ts';

const idOf = (call: CommandCall): string => call.positionals[0] ?? '';

export const trialCreateCommand: Command = {
  name: 'trial create',
  usage: 'FILE.json [--replace ID]',
  summary:
    'Make a reader study, or with "purpose": "training" a training, out of its design (docs/reader-study.md); --replace: a newer design of one that nobody has read in. Name cases by codes, never by patients: exports carry the names.',
  options: { replace: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const design = await readDocument(
      idOf(call),
      trialDesignSchema,
      'trial-invalid',
      'the design of a reader study',
    );
    const trial = await withStore(call, (store) =>
      createTrial({ store, clock: systemClock }, design, call.text('replace')),
    );
    const { id, revision, designSha256 } = trial;
    const training = isTraining(design);
    const told = training
      ? ' No sessions, no washout, no analysis: readers begin runs in the window, are told the truth after each case, and see their own results alone.'
      : '';
    return {
      json: { id, purpose: training ? 'training' : 'study', revision, designSha256, name: design.name },
      text: `${training ? 'Training' : 'Reader study'} ${id} (${design.name}), design ${revision}: ${design.cases.length} cases, ${design.readers.length} readers.${told}`,
      exit: 0,
    };
  },
};

export const trialListCommand: Command = {
  name: 'trial list',
  usage: '',
  summary:
    'List the reader studies and trainings of this data folder, the newest first, and how far each is.',
  options: {},
  positionals: { min: 0, max: 0 },
  async run(call) {
    const rows = await withExistingStore(call, (store) =>
      store.trials.every().map((trial) => {
        const { id, design, revision, createdAt } = trial;
        const of = { name: design.name, revision, createdAt, cases: design.cases.length };
        const readers = design.readers.length;
        if (isTraining(design)) {
          const { locked, readers: all } = trainingProgress(store, trial);
          const runs = all.reduce((sum, one) => sum + one.runs, 0);
          return { id, purpose: 'training' as const, ...of, readers, runs, locked };
        }
        const { made, expected, locked } = trialProgress(store, trial, systemClock.now());
        return { id, purpose: 'study' as const, ...of, readers, made, expected, locked };
      }),
    );
    const text = table(
      ['NAME', 'PURPOSE', 'CASES', 'READERS', 'READS', 'LOCKED', 'ID'],
      rows.map((row) => [
        row.name,
        row.purpose,
        row.cases,
        row.readers,
        row.purpose === 'training' ? `${row.runs} runs` : `${row.made} of ${row.expected}`,
        row.locked ? 'yes' : 'no',
        row.id,
      ]),
    );
    return { json: rows, text: rows.length === 0 ? 'No reader studies.' : text, exit: 0 };
  },
};

export const trialStatusCommand: Command = {
  name: 'trial status',
  usage: 'ID',
  summary:
    'How far each reader of a reader study is, what comes next, and until when the washout lasts. Of a training: who has trained, never how it went.',
  options: {},
  positionals: { min: 1, max: 1 },
  async run(call) {
    const progress = await withExistingStore(call, (store) => {
      const trial = findTrial(store, idOf(call));
      return isTraining(trial.design)
        ? trainingProgress(store, trial)
        : trialProgress(store, trial, systemClock.now());
    });
    const removed =
      progress.gone.length === 0
        ? ''
        : `\nRemoved from this data folder, and passed over: ${progress.gone.join(', ')}.`;
    if (progress.purpose === 'training') {
      const rows = progress.readers.map(({ reader, runs, finished, open }) => [
        reader,
        runs,
        finished,
        open ? 'yes' : 'no',
      ]);
      return {
        json: progress,
        text: `${progress.name}: a training of ${progress.cases} cases. Who has trained; how it went is told to each reader alone.\n${table(['READER', 'RUNS', 'FINISHED', 'OPEN'], rows)}${removed}`,
        exit: 0,
      };
    }
    const text = table(
      ['READER', 'SESSION 1', 'SESSION 2', 'BEGINS', 'NEXT'],
      progress.readers.map(({ reader, sessions: [first, second], begins, next }) => [
        reader,
        first,
        second,
        begins,
        next.kind === 'read'
          ? next.case
          : next.kind === 'washout'
            ? `washout until ${next.until.slice(0, 10)}`
            : 'finished',
      ]),
    );
    const head = `${progress.name}: ${progress.made} of ${progress.expected} reads, ${progress.locked ? 'locked' : 'not locked'}, ${progress.simulations} simulations.`;
    return { json: progress, text: `${head}\n${text}${removed}`, exit: 0 };
  },
};

export const trialRecordCommand: Command = {
  name: 'trial record',
  usage: 'ID FILE.json',
  summary:
    'Keep reads of people, each the next in its reader\'s order: [{"reader", "case", "final": {"rating", "marks"}, "blind"}]. All of the file, or nothing of it.',
  options: {},
  positionals: { min: 2, max: 2 },
  async run(call) {
    const [id = '', path = ''] = call.positionals;
    const given = await readDocument(path, givenReadsSchema, 'trial-read-invalid', 'a list of reads');
    const kept = await withExistingStore(call, (store) =>
      store.transaction(() => given.map((read) => recordTrialRead({ store, clock: systemClock }, id, read))),
    );
    return { json: { recorded: kept.length }, text: `${kept.length} reads kept.`, exit: 0 };
  },
};

export const trialSimulateCommand: Command = {
  name: 'trial simulate',
  usage: 'ID --seed N',
  summary:
    'Try a design with made-up readers: the same seed gives the same reads. They are marked, kept apart and never mixed with reads of people.',
  options: { seed: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const seed = wholeNumber(call.text('seed'));
    const { run, reads } = await withExistingStore(call, (store) =>
      simulateTrial({ store, clock: systemClock }, idOf(call), seed),
    );
    return {
      json: { id: idOf(call), run, seed, reads: reads.length, simulated: true },
      text: `${reads.length} made-up reads (run ${run}, seed ${seed}). They say nothing of readers or of the AI.`,
      exit: 0,
    };
  },
};

export const trialAnalyzeCommand: Command = {
  name: 'trial analyze',
  usage: 'ID [--simulated]',
  summary:
    "The figures of a reader study, by reader and arm: sensitivity, specificity, AUC, wAFROC, their differences, agreement. Of people's reads where there are any, else (or with --simulated) of the newest simulation.",
  options: { simulated: { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const analysis = await withExistingStore(call, (store) =>
      analyzeTrialReads({ store }, idOf(call), call.flag('simulated')),
    );
    return { json: analysis, text: wordsOf(analysis), exit: 0 };
  },
};

function wholeNumber(text: string | undefined): number {
  if (text !== undefined && /^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new WrongUse('--seed takes a whole number, such as 1.');
}

function wordsOf({ trial, simulated, readers, mean, agreement, paired, notes }: TrialAnalysis): string {
  const short = (value: number | null | undefined): string => (value == null ? '' : value.toFixed(3));
  const interval = (of: { value: number; low: number; high: number } | null): string =>
    of === null ? '' : `${short(of.value)} (${short(of.low)} to ${short(of.high)})`;
  const rows = readers.flatMap(({ reader, arms, differences }) => [
    ...(['without-ai', 'with-ai'] as const).map((arm) => {
      const { sensitivity, specificity, auc, wafroc } = arms[arm];
      return [reader, arm, interval(sensitivity), interval(specificity), short(auc), short(wafroc)];
    }),
    [
      reader,
      'difference',
      interval(differences.sensitivity),
      interval(differences.specificity),
      interval(differences.auc),
      interval(differences.wafroc),
    ],
  ]);
  const all = mean.differences;
  rows.push([
    'mean',
    'difference',
    interval(all.sensitivity),
    interval(all.specificity),
    interval(all.auc),
    interval(all.wafroc),
  ]);
  return [
    `${trial.name}${simulated ? ' (SIMULATED)' : ''}: ${paired.abnormal} abnormal and ${paired.normal} normal cases read by all in both arms.`,
    table(['READER', 'ARM', 'SENSITIVITY', 'SPECIFICITY', 'AUC', 'WAFROC'], rows),
    `Kappa between readers, mean: ${short(agreement['without-ai'].mean) || 'none'} without AI, ${short(agreement['with-ai'].mean) || 'none'} with.`,
    ...notes,
  ].join('\n');
}
