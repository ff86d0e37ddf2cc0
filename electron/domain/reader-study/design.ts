import { Refused } from '../../shared/errors.ts';
import type { Arm, TrialCase, TrialDesign, TrialRead } from '../../shared/reader-study.ts';
import { randomOf, shuffled } from './random.ts';

const DAY_MS = 86_400_000;

/**
 * What the form of a design cannot say: names once, lesions where the truth says so, and both truths.
 *
 * @throws Refused `trial-invalid` with the first fault.
 */
export function checkDesign(design: TrialDesign): void {
  once(
    'case',
    design.cases.map((one) => one.case),
  );
  once(
    'reader',
    design.readers.map(({ reader }) => reader),
  );
  once(
    'study',
    design.cases.flatMap(({ study }) => study ?? []),
  );
  once(
    'profile',
    design.readers.flatMap(({ profile }) => profile ?? []),
  );
  for (const one of design.cases) checkLesions(one);
  const abnormal = design.cases.filter(({ truth }) => truth === 'abnormal');
  if (abnormal.length === 0 || abnormal.length === design.cases.length) {
    throw invalid('All cases have one truth: a reader study needs normal and abnormal ones.');
  }
  if (isTraining(design)) checkTraining(design);
  const placed = abnormal.filter(({ lesions }) => lesions !== undefined).length;
  if (placed > 0 && placed < abnormal.length) {
    throw invalid(
      `${abnormal.length - placed} of ${abnormal.length} abnormal cases name no lesions. Give lesions for all of them, or for none.`,
    );
  }
}

/** A training tells its readers the truth; a study never does. */
export function isTraining({ purpose }: Pick<TrialDesign, 'purpose'>): boolean {
  return purpose === 'training';
}

/** A training is read in the window alone: nobody could make up its reads, nor give them by a file. */
function checkTraining({ cases, readers }: TrialDesign): void {
  const bare = cases.find(({ study }) => study === undefined);
  if (bare !== undefined) throw invalid(`Case ${bare.case} has no study: a training is read in the window.`);
  const nobody = readers.find(({ profile }) => profile === undefined);
  if (nobody !== undefined) {
    throw invalid(`Reader ${nobody.reader} has no profile: a training is read in the window.`);
  }
}

/** Whether the truth says where: the location figure exists for such designs alone. */
export function hasLesions({ cases }: TrialDesign): boolean {
  return cases.some(({ truth, lesions }) => truth === 'abnormal' && lesions !== undefined);
}

/** Shares of a case's lesions, which sum to 1, in their order. */
export function lesionWeights({ lesions = [] }: TrialCase): number[] {
  return lesions.map(({ weight }) => weight ?? 1 / lesions.length);
}

/** Which arm a reader reads in a session: in an order of the readers that the seed gives, every second one begins with the AI. */
export function armOf(design: TrialDesign, reader: string, session: 1 | 2): Arm {
  const order = shuffled(
    design.readers.map((one) => one.reader),
    randomOf(`${design.seed}/arms`),
  );
  const beginsWith = order.indexOf(reader) % 2 === 0 ? 'without-ai' : 'with-ai';
  const other = beginsWith === 'with-ai' ? 'without-ai' : 'with-ai';
  return session === 1 ? beginsWith : other;
}

/** The cases in one reader's own order of one session. */
export function orderOf(design: TrialDesign, reader: string, session: 1 | 2): string[] {
  return shuffled(
    design.cases.map((one) => one.case),
    randomOf(`${design.seed}/order/${reader}/${session}`),
  );
}

export type NextStep =
  | {
      readonly kind: 'read';
      readonly session: 1 | 2;
      readonly position: number;
      readonly case: string;
      readonly arm: Arm;
    }
  /** The first session is done; the second may begin at this instant (UTC ISO 8601). */
  | { readonly kind: 'washout'; readonly until: string }
  | { readonly kind: 'finished' };

/** A read as the crossover sees it: which, and when. */
export interface DatedRead extends Pick<TrialRead, 'reader' | 'case' | 'session'> {
  readonly at: string;
}

/**
 * What comes next for a reader at an instant.
 *
 * @param gone Cases whose study was removed: nobody can read them any more, and none waits for them.
 */
export function nextStep(
  design: TrialDesign,
  reads: readonly DatedRead[],
  reader: string,
  now: string,
  gone: ReadonlySet<string> = new Set(),
): NextStep {
  const own = reads.filter((read) => read.reader === reader);
  for (const session of [1, 2] as const) {
    const done = new Set(own.filter((read) => read.session === session).map((read) => read.case));
    const order = orderOf(design, reader, session);
    const place = order.findIndex((one) => !done.has(one) && !gone.has(one));
    const name = order[place];
    if (name === undefined) continue;
    const until = session === 2 ? washoutEnd(design, own) : null;
    if (until !== null && now < until) return { kind: 'washout', until };
    return { kind: 'read', session, position: place + 1, case: name, arm: armOf(design, reader, session) };
  }
  return { kind: 'finished' };
}

function washoutEnd({ washoutDays }: TrialDesign, own: readonly DatedRead[]): string | null {
  const last = own
    .filter(({ session }) => session === 1)
    .reduce((latest, { at }) => (at > latest ? at : latest), '');
  return last === '' ? null : new Date(Date.parse(last) + washoutDays * DAY_MS).toISOString();
}

function checkLesions({ case: name, truth, lesions }: TrialCase): void {
  if (lesions === undefined) return;
  if (truth === 'normal' && lesions.length > 0) throw invalid(`Case ${name} is normal and names lesions.`);
  if (truth === 'abnormal' && lesions.length === 0) {
    throw invalid(
      `Case ${name} is abnormal and its list of lesions is empty. Leave the list out, or name them.`,
    );
  }
  once(
    `lesion of case ${name}`,
    lesions.map(({ id }) => id),
  );
  const weights = lesions.flatMap(({ weight }) => weight ?? []);
  if (weights.length === 0) return;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (weights.length < lesions.length || Math.abs(sum - 1) > 1e-9) {
    throw invalid(
      `The weights of the lesions of case ${name} must be given for all and sum to 1; they sum to ${sum}.`,
    );
  }
}

function once(what: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(`The ${what} ${twice} is named twice.`);
}

function invalid(message: string): Refused {
  return new Refused('trial-invalid', `The design of the reader study cannot be taken: ${message}`);
}
