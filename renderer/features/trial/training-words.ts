import type { Opinion } from '../../../electron/shared/reader-study.ts';
import {
  type AiError,
  type AiJudgement,
  type Judgement,
  LEAST_FOR_PERCENT,
  type MyTraining,
  type Outcome,
  type TrainingFeedback,
  type TrainingRun,
} from '../../../electron/shared/training.ts';

/** What a case was, as a title and a sentence. */
export function outcomeWords(
  outcome: Outcome,
  { blind, ai }: TrainingFeedback['judged'],
): { readonly title: string; readonly words: string } {
  switch (outcome) {
    case 'agreed':
      return { title: 'AI right, and so were you', words: 'You were right before the AI and after it.' };
    case 'followed':
      return {
        title: 'AI right, and followed',
        words: `Before the AI: ${JUDGED[blind]}. It was right, and you changed your read towards it.`,
      };
    case 'not-followed':
      return blind === 'right'
        ? {
            title: 'AI right, and you went away from it',
            words: 'You and the AI were right, and you changed your read to a wrong one.',
          }
        : {
            title: 'AI right, and not followed (under-reliance)',
            words: 'What the AI said was right, and your last word is not.',
          };
    case 'resisted':
      return {
        title: 'AI wrong, and resisted',
        words: `The AI: ${AI_JUDGED[ai]}. You did not go along with it.`,
      };
    case 'over-relied':
      return {
        title: 'AI wrong, and followed (over-reliance)',
        words: `The AI: ${AI_JUDGED[ai]}. You had not said so before it, and came to the same error.`,
      };
    case 'erred-alike':
      return {
        title: 'AI wrong, and you had erred alike',
        words: `The AI: ${AI_JUDGED[ai]}. So had you before you saw it: its agreement is no second opinion here.`,
      };
    case 'both-wrong':
      return {
        title: 'AI wrong, and you were wrong in another way',
        words: `The AI: ${AI_JUDGED[ai]}. Your last word is wrong in another way.`,
      };
    case 'alone-right':
      return { title: 'The AI abstained, and you were right', words: 'It gave no opinion of this case.' };
    case 'alone-wrong':
      return {
        title: 'The AI abstained, and you were wrong',
        words: 'It gave no opinion of this case: silence says nothing about it.',
      };
  }
}

/** In the end the reader was wrong. */
export const isWrong = (outcome: Outcome): boolean =>
  ['not-followed', 'over-relied', 'erred-alike', 'both-wrong', 'alone-wrong'].includes(outcome);

const JUDGED: Readonly<Record<Judgement, string>> = {
  right: 'right',
  missed: 'missed',
  'false-alarm': 'false alarm',
  'wrong-place': 'abnormal, marked in the wrong place',
  'in-part': 'right in part (a lesion left out, or a place marked where there is none)',
};
const AI_JUDGED: Readonly<Record<AiJudgement, string>> = {
  right: 'right',
  missed: 'it missed the abnormality',
  'false-alarm': 'a false alarm, nothing is there',
  'wrong-place': 'it called the case abnormal, and marked the wrong place',
  'in-part': 'right in part (a lesion left out, or a place marked where there is none)',
  abstained: 'it abstained',
};
export const judgedWords = (judgement: Judgement): string => JUDGED[judgement];
export const aiJudgedWords = (judgement: AiJudgement): string => AI_JUDGED[judgement];

/** Of the summary's table. */
export const ERROR_NAMES: Readonly<Record<AiError, string>> = {
  missed: 'Missed',
  'false-alarm': 'False alarm',
  'wrong-place': 'Wrong place',
  'in-part': 'Right in part',
  abstained: 'Abstained',
};

/** Said beside every result already. */
const RESEARCH = /^For research use/;

/** Words by which a limit of a manifest speaks of an error. */
const ABOUT: Readonly<Record<Exclude<AiJudgement, 'right'>, RegExp>> = {
  missed: /miss|hardly|lower the score|not (?:seen|found)|never seen|finer|leaves? out|low score|found \d/i,
  'false-alarm': /raise|resembl|fires|false|rarer|may be marked|metal|cleared/i,
  'wrong-place': /\bmap\b|\bbox|outline|elsewhere|places?\b/i,
  'in-part': /miss|\bmap\b|\bbox|outline|elsewhere|hardly/i,
  abstained: /\bonly\b|\bnever\b/i,
};

/** The limits of a model: those whose words speak of such an error, and the others. */
export function limitsAbout(
  words: readonly string[],
  judgement: AiJudgement,
): { readonly about: readonly string[]; readonly others: readonly string[] } {
  const told = words.filter((one) => !RESEARCH.test(one));
  if (judgement === 'right') return { about: [], others: told };
  const about = told.filter((one) => ABOUT[judgement].test(one));
  return { about, others: told.filter((one) => !about.includes(one)) };
}

export function truthWords({ truth, lesions }: Pick<TrainingFeedback, 'truth' | 'lesions'>): string {
  if (truth === 'normal') return 'Normal.';
  if (lesions === null) return 'Abnormal; the truth says nothing of places.';
  return lesions.length === 1 ? 'Abnormal: 1 lesion.' : `Abnormal: ${lesions.length} lesions.`;
}

/** 'Rated 3 of 4 (abnormal), 1 mark'. */
export function opinionWords({ rating, marks }: Opinion, scale: TrainingFeedback['scale']): string {
  const called = rating >= scale.positiveFrom ? 'abnormal' : 'normal';
  const many = marks.length === 1 ? '1 mark' : marks.length === 0 ? 'no mark' : `${marks.length} marks`;
  return `Rated ${rating} of ${scale.max} (${called}), ${many}`;
}

/** '7 of 12 (58 %)'; percent of enough cases alone. */
export function share({ count, of }: { readonly count: number; readonly of: number }): string {
  return of < LEAST_FOR_PERCENT
    ? `${count} of ${of}`
    : `${count} of ${of} (${Math.round((100 * count) / of)} %)`;
}

export function trainingLine({ name, cases, runs }: MyTraining): string {
  const [last] = runs;
  if (last === undefined) return `Training: ${name}, ${cases} cases`;
  if (last.state === 'open') return `Training: ${name}, ${last.done} of ${last.of}`;
  return `Training: ${name}, ${runs.length === 1 ? '1 run' : `${runs.length} runs`}`;
}

export function runWords({ state, done, of, leftOut }: TrainingRun): string {
  const end = { open: 'open', finished: 'finished', stopped: 'ended early' }[state];
  const known =
    leftOut === 0
      ? ''
      : ` ${leftOut === 1 ? '1 case was' : `${leftOut} cases were`} left out: known to you from ordinary work, still to be read in a reader study, or removed.`;
  return `${done} of ${of} cases read, ${end}.${known}`;
}
