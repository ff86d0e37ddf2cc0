import type {
  NonTargetCell,
  ResponseTable,
  ResponseTime,
  RuleWords,
  TargetCell,
  TimePoint,
} from '../../shared/response.ts';
import { SOURCES } from './recist-lesions.ts';
import { type NonTargetResponse, nonTargetResponse, overallResponse } from './recist-overall.ts';
import { assessTargets, type TargetAssessment, type TargetMeasurement } from './recist-target.ts';
import { type FollowedLesion, nonTargetCell, targetCell } from './response-cells.ts';

/** A study of the course. */
export interface CourseTime {
  readonly studyInstanceUID: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly modality: string;
  readonly draft: boolean;
  /** What its reader stated of it; null where nothing was. */
  readonly stated: TimePoint | null;
  /** Slice thicknesses of the images that targets are marked on, mm. */
  readonly thicknesses: readonly number[];
}

/**
 * RECIST 1.1 over a course: sums of the targets, their change from baseline and nadir, and the response of targets, non-targets and overall
 * at each time after baseline. What is missing is not evaluable.
 *
 * @param times In the order of time; the first is the baseline.
 */
export function responseTable(
  times: readonly CourseTime[],
  targets: readonly FollowedLesion[],
  nonTargets: readonly FollowedLesion[],
): ResponseTable {
  const stateOf = (at: number, findingId: string) =>
    times[at]?.stated?.lesions.find((one) => one.findingId === findingId)?.state;
  const targetRows = targets.map(({ marks: _marks, ...named }, row) => ({
    ...named,
    cells: times.map((_time, at) =>
      targetCell(
        targets[row] as FollowedLesion,
        at,
        at === 0 ? undefined : stateOf(at, named.findingId),
        targets.slice(0, row),
      ),
    ),
  }));
  const nonTargetRows = nonTargets.map((lesion) => {
    const { marks: _marks, ...named } = lesion;
    return {
      ...named,
      cells: times.map(
        (_time, at): NonTargetCell =>
          at === 0
            ? { state: 'present', marked: true, words: 'Baseline.' }
            : nonTargetCell(lesion, at, stateOf(at, named.findingId)),
      ),
    };
  });
  const column = (at: number): TargetMeasurement[] =>
    targetRows.map(({ label, kind, cells }) => ({ id: label, kind, diameter: cells[at]?.mm ?? null }));
  const measured = targets.length > 0 && column(0).every(({ diameter }) => diameter !== null);
  const assessed = measured
    ? assessTargets(
        column(0),
        times.slice(1).map((_time, at) => column(at + 1)),
      )
    : [];
  const made: ResponseTime[] = [];
  for (const [at, time] of times.entries()) {
    const { stated: _stated, thicknesses: _thicknesses, ...facts } = time;
    const nonCells = nonTargetRows.map(({ cells }) => cells[at] as NonTargetCell);
    made.push({
      ...facts,
      baseline: at === 0,
      ...(at === 0
        ? atBaseline(column(0), measured)
        : {
            ...targetFacts(
              targetRows.map(({ label, cells }) => ({ label, cell: cells[at] as TargetCell })),
              measured ? assessed[at - 1] : undefined,
            ),
            ...overallFacts(
              targets.length === 0 ? 'none' : (assessed[at - 1]?.response ?? 'NE'),
              targets.length === 0 ? '' : (assessed[at - 1]?.words ?? ''),
              nonCells,
              time.stated,
            ),
          }),
      warnings: at === 0 ? [] : warningsAt(times, made, at),
    });
  }
  return { times: made, targets: targetRows, nonTargets: nonTargetRows };
}

type OfTime = Omit<
  ResponseTime,
  'studyInstanceUID' | 'date' | 'modality' | 'draft' | 'baseline' | 'warnings'
>;

function atBaseline(column: readonly TargetMeasurement[], measured: boolean): OfTime {
  const sum = column.reduce((all, { diameter }) => all + (typeof diameter === 'number' ? diameter : 0), 0);
  return {
    sum: measured ? sum : null,
    nadir: null,
    percentFromBaseline: null,
    percentFromNadir: null,
    mmFromNadir: null,
    target: null,
    targetWords: measured || column.length === 0 ? 'Baseline.' : 'A target lesion has no size at baseline.',
    nonTarget: null,
    nonTargetWords: 'Baseline.',
    newLesions: null,
    overall: null,
    overallWords: 'Baseline.',
  };
}

function targetFacts(
  cells: readonly { readonly label: string; readonly cell: TargetCell }[],
  assessed: TargetAssessment | undefined,
): Pick<
  OfTime,
  'sum' | 'nadir' | 'percentFromBaseline' | 'percentFromNadir' | 'mmFromNadir' | 'target' | 'targetWords'
> {
  const nothing = {
    sum: null,
    nadir: null,
    percentFromBaseline: null,
    percentFromNadir: null,
    mmFromNadir: null,
  };
  if (cells.length === 0) return { ...nothing, target: 'none', targetWords: 'No target lesion was chosen.' };
  if (assessed === undefined)
    return { ...nothing, target: 'NE', targetWords: 'A target lesion has no size at baseline.' };
  const missing = cells.filter(({ cell }) => cell.mm === null);
  const words =
    assessed.response === 'NE'
      ? missing.map(({ label, cell }) => `${label}: ${cell.words}`).join(' ')
      : assessed.words;
  return {
    sum: assessed.complete ? assessed.sum : null,
    nadir: assessed.nadir,
    percentFromBaseline: assessed.fromBaseline,
    percentFromNadir: assessed.fromNadir,
    mmFromNadir: assessed.complete ? assessed.sum - assessed.nadir : null,
    target: assessed.response,
    targetWords: words,
  };
}

function overallFacts(
  target: TargetAssessment['response'] | 'none',
  targetWords: string,
  cells: readonly NonTargetCell[],
  stated: TimePoint | null,
): Pick<OfTime, 'nonTarget' | 'nonTargetWords' | 'newLesions' | 'overall' | 'overallWords'> {
  const progression = stated?.progression ?? false;
  const nonTarget = nonTargetResponse(
    cells.map(({ state }) => (state === 'contradicts' ? 'not-assessed' : state)),
    progression,
  );
  const newLesions = stated?.newLesions ?? null;
  const facts = { nonTarget, nonTargetWords: nonTargetWords(nonTarget), newLesions };
  if (newLesions === null && target !== 'PD' && nonTarget !== 'PD')
    return {
      ...facts,
      overall: 'NE',
      overallWords: 'Not evaluable: whether there are new lesions was not stated.',
    };
  const overall = overallResponse(target, nonTarget, newLesions === 'unequivocal');
  const doubt =
    newLesions === 'equivocal' && overall !== 'PD'
      ? ' The equivocal new lesion counts as none; should it prove to be one, progression dates from this study.'
      : '';
  return {
    ...facts,
    overall,
    overallWords: `${overallWords(target, targetWords, nonTarget, newLesions === 'unequivocal')}${doubt}`,
  };
}

function nonTargetWords(response: NonTargetResponse): string {
  switch (response) {
    case 'none':
      return 'There were none at baseline.';
    case 'CR':
      return 'Every non-target lesion is gone; nodes are below 10 mm.';
    case 'non-CR/non-PD':
      return 'A non-target lesion is still there, without unequivocal progression.';
    case 'PD':
      return 'Unequivocal progression, as its reader states.';
    case 'NE':
      return 'A non-target lesion was not assessed.';
  }
}

/** Which line of tables 1 and 2 (Eisenhauer 2009) gave the overall response, in plain words. */
function overallWords(
  target: TargetAssessment['response'] | 'none',
  targetWords: string,
  nonTarget: NonTargetResponse,
  isNew: boolean,
): string {
  if (isNew) return 'An unequivocal new lesion is progression, whatever the others do.';
  if (target === 'PD') return `The target lesions progress, whatever the others do. ${targetWords}`;
  if (nonTarget === 'PD') return 'The non-target lesions progress unequivocally, whatever the targets do.';
  switch (target) {
    case 'CR':
      return nonTarget === 'CR' || nonTarget === 'none'
        ? 'Every target and every non-target lesion is gone, and nothing is new.'
        : 'Every target lesion is gone, but a non-target lesion is still there or was not assessed: partial response.';
    case 'PR':
      return 'The target lesions respond partially, no non-target lesion progresses, and nothing is new.';
    case 'SD':
      return 'The target lesions are stable, no non-target lesion progresses, and nothing is new.';
    case 'NE':
      return 'Not evaluable: a target lesion was not measured, and nothing else shows progression.';
    case 'none':
      return nonTarget === 'none'
        ? 'Not evaluable: no lesion was chosen.'
        : 'No target lesions: the response of the non-target lesions, and nothing is new.';
  }
}

function warningsAt(times: readonly CourseTime[], before: readonly ResponseTime[], at: number): RuleWords[] {
  const [base, time] = [times[0], times[at]];
  if (base === undefined || time === undefined) return [];
  const warnings: RuleWords[] = [];
  if (time.modality !== base.modality)
    warnings.push({
      words: `${time.modality} here, ${base.modality} at baseline: the same method of assessment is asked for.`,
      source: SOURCES.method,
    });
  const different = time.thicknesses.filter((one) => !base.thicknesses.includes(one));
  if (base.thicknesses.length > 0 && different.length > 0)
    warnings.push({
      words: `Slices of ${different.join(' and ')} mm here, of ${base.thicknesses.join(' and ')} mm at baseline: the same technique is asked for.`,
      source: SOURCES.method,
    });
  const progressed = before.find(({ overall }) => overall === 'PD');
  if (progressed !== undefined)
    warnings.push({
      words: `Progression was reached on ${progressed.date}: a later category does not undo it.`,
      source: SOURCES.timePoint,
    });
  const newBefore = before.find(({ newLesions }) => newLesions === 'unequivocal');
  if (newBefore !== undefined && time.stated !== null && time.stated.newLesions !== 'unequivocal')
    warnings.push({
      words: `A new lesion was stated on ${newBefore.date}, and not here: new means not there at baseline.`,
      source: SOURCES.newLesions,
    });
  return warnings;
}
