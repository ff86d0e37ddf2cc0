import { diametersOf, unmeasured } from '../domain/change/course.ts';
import type { BaselineLesion } from '../domain/change/recist-lesions.ts';
import type { FollowedLesion, LesionMark } from '../domain/change/response-cells.ts';
import type { CourseTime } from '../domain/change/response-table.ts';
import type { ResponseStatement } from '../shared/prior-ports.ts';
import type { ReaderFinding } from '../shared/read.ts';
import type { RuleWords, StatedLesion, TargetChoice, TimePoint } from '../shared/response.ts';
import { type LesionKind, SOURCES } from '../domain/change/recist-lesions.ts';
import { followed, imageOf, type LesionReads } from './lesion-reads.ts';
import type { ReadingParts } from './reading-parts.ts';

/** What of the statements of one reader holds beside a study. */
export interface StandingStatements {
  readonly choice: (ResponseStatement & { readonly kind: 'targets' }) | null;
  /** The newest of each study, of those that are on this baseline. */
  readonly timePoint: (uid: string) => TimePoint | null;
  /** Ids of those that were taken back. */
  readonly undone: ReadonlySet<string>;
  /** Studies of which something waits for the commit of this one. */
  readonly waiting: readonly string[];
}

/**
 * A choice of targets names own findings alone, as links do. What was stated of another study after its commit may follow from what the AI
 * or another reader showed there: beside a study that is not committed, that one's statements hold as at its commit.
 */
export function standingStatements(
  statements: readonly ResponseStatement[],
  studyInstanceUID: string,
  { committed, priors }: Pick<LesionReads, 'committed' | 'priors'>,
): StandingStatements {
  const known = new Set([studyInstanceUID, ...priors.map((prior) => prior.studyInstanceUID)]);
  const kinds = new Map(statements.map(({ id, kind }) => [id, kind]));
  const waits = (said: ResponseStatement): boolean =>
    said.afterCommit &&
    !committed &&
    said.studyInstanceUID !== studyInstanceUID &&
    (said.kind === 'undo' ? kinds.get(said.undoes) : said.kind) === 'time-point';
  const own = statements.filter(({ studyInstanceUID: uid }) => known.has(uid));
  const told = own.filter((said) => !waits(said));
  const undone = new Set(told.flatMap(({ undoes }) => (undoes === null ? [] : [undoes])));
  const holding = told.filter(({ id }) => !undone.has(id));
  const choice = holding.findLast((said) => said.kind === 'targets') ?? null;
  return {
    choice,
    undone,
    waiting: [...new Set(own.filter(waits).map((said) => said.studyInstanceUID))],
    timePoint(uid) {
      const said = holding.findLast(
        (one) =>
          one.kind === 'time-point' &&
          one.studyInstanceUID === uid &&
          one.baselineStudyInstanceUID === choice?.baselineStudyInstanceUID,
      );
      return said?.kind === 'time-point' ? said.content : null;
    },
  };
}

/** A course with its times in order, and what of the patient's studies is left out of it. */
export interface Course {
  readonly times: readonly CourseTime[];
  readonly targets: readonly FollowedLesion[];
  readonly nonTargets: readonly FollowedLesion[];
  readonly leftOut: readonly RuleWords[];
}

/** Follows the lesions of a choice through own reads. Times are the baseline, this study, and those where something is linked or stated. */
export function courseOfChoice(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  reads: LesionReads,
  choice: TargetChoice,
  timePoint: StandingStatements['timePoint'],
): Course {
  const place = placesOf({ store }, studyInstanceUID, reads);
  const lesions = [...choice.targets, ...choice.nonTargets];
  const ends = lesions.map(({ findingId }) =>
    followed(reads.links, { uid: choice.baseline, findingId }, (uid) => place(uid) ?? ''),
  );
  const all = [studyInstanceUID, ...reads.priors.map((prior) => prior.studyInstanceUID)].filter(
    (uid) => reads.readOf(uid) !== null,
  );
  const has = (uid: string): boolean => ends.some((one) => one.some((end) => end.uid === uid));
  const base = place(choice.baseline) ?? '';
  const concerned = all.filter((uid) => uid === studyInstanceUID || has(uid) || timePoint(uid) !== null);
  const later = concerned
    .filter((uid) => (place(uid) ?? '') > base)
    .toSorted((a, b) => ((place(a) ?? '') < (place(b) ?? '') ? -1 : 1));
  const uids = [choice.baseline, ...later];
  const marksOf = (row: number, uid: string): LesionMark[] =>
    (ends[row] ?? []).flatMap((end) =>
      end.uid === uid ? markOf(reads, end, lesions[row]?.kind ?? 'extranodal') : [],
    );
  const names = namesOf(reads, choice.baseline, lesions);
  const follow = (lesion: StatedLesion, row: number): FollowedLesion => ({
    ...lesion,
    label: names[row] ?? '',
    marks: uids.map((uid) => marksOf(row, uid)),
  });
  const targets = choice.targets.map((lesion, row) => follow(lesion, row));
  return {
    times: uids.map((uid) => timeOf({ store }, reads, uid, targets, uids.indexOf(uid), timePoint(uid))),
    targets,
    nonTargets: choice.nonTargets.map((lesion, row) => follow(lesion, choice.targets.length + row)),
    leftOut: concerned.flatMap((uid) =>
      uids.includes(uid) ? [] : leftOut(reads.detailOf(uid).date, uid === studyInstanceUID, place(uid)),
    ),
  };
}

/** Where each study lies in time: greater is later; null where it has no date. */
export function placesOf(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  { priors, detailOf }: Pick<LesionReads, 'priors' | 'detailOf'>,
): (uid: string) => string | null {
  const own = {
    date: detailOf(studyInstanceUID).date,
    time: store.patients.candidates(studyInstanceUID).own.time,
  };
  return (uid) => {
    const { date, time } =
      uid === studyInstanceUID
        ? own
        : (priors.find((one) => one.studyInstanceUID === uid) ?? { date: '', time: '' });
    return /^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date} ${time} ${uid}` : null;
  };
}

/** A finding of the baseline with what the rules ask of it; its id is its name. Null where it has no size. */
export function baselineLesion(
  parts: Pick<ReadingParts, 'store'>,
  reads: LesionReads,
  baseline: string,
  stated: StatedLesion,
  name: string,
): { readonly lesion: BaselineLesion | null; readonly unmeasured: string } {
  const finding = findingOf(reads, { uid: baseline, findingId: stated.findingId });
  if (finding === undefined) return { lesion: null, unmeasured: 'It is not (any more) in your read.' };
  const { size, unmeasured: why } = sizeOfFinding(reads, baseline, finding, stated.kind);
  if (size === null) return { lesion: null, unmeasured: why };
  const { modality, sliceThickness } = technique(parts, finding);
  return {
    lesion: {
      id: name,
      kind: stated.kind,
      organ: stated.organ,
      long: size.long,
      short: size.short,
      sliceThickness,
      radiograph: ['CR', 'DX', 'RG'].includes(modality),
    },
    unmeasured: '',
  };
}

/** What the lesions are called: their labels; with the organ, then with a number, where two are alike. No two names are the same. */
export function namesOf(
  reads: LesionReads,
  baseline: string,
  lesions: readonly Pick<StatedLesion, 'findingId' | 'organ'>[],
): string[] {
  const labels = lesions.map(
    ({ findingId }) => findingOf(reads, { uid: baseline, findingId })?.label ?? 'removed finding',
  );
  const alike = (names: readonly string[], name: string): boolean =>
    names.filter((one) => one === name).length > 1;
  const placed = labels.map((label, row) => {
    const organ = lesions[row]?.organ ?? '';
    return alike(labels, label) && organ !== '' ? `${label}, ${organ}` : label;
  });
  // Sums find a lesion by its name: a reader may have called one 'Nodule 1' already.
  const taken = new Set(placed.filter((name) => !alike(placed, name)));
  return placed.map((name) => {
    if (!alike(placed, name)) return name;
    let number = 1;
    while (taken.has(`${name} ${number}`)) number += 1;
    taken.add(`${name} ${number}`);
    return `${name} ${number}`;
  });
}

function findingOf(reads: LesionReads, end: { uid: string; findingId: string }): ReaderFinding | undefined {
  return reads.readOf(end.uid)?.content.findings.find(({ id }) => id === end.findingId);
}

function markOf(reads: LesionReads, end: { uid: string; findingId: string }, kind: LesionKind): LesionMark[] {
  const finding = findingOf(reads, end);
  if (finding === undefined) return [];
  return [{ findingId: finding.id, ...sizeOfFinding(reads, end.uid, finding, kind) }];
}

/** What counts of a finding: a node needs its short axis, and of a longest diameter alone nobody knows it. */
export function sizeOfFinding(
  reads: LesionReads,
  uid: string,
  finding: ReaderFinding,
  kind: LesionKind,
): Pick<LesionMark, 'size' | 'unmeasured'> & { readonly from: 'reader' | 'mark' } {
  const image = imageOf(reads.detailOf(uid), finding);
  const found = diametersOf({ box: finding.box, stated: finding.size, image });
  if (found === null) return { size: null, from: 'mark', unmeasured: unmeasured(image) };
  const { long, short, from } = found;
  if (short === null && kind === 'node')
    return {
      size: null,
      from,
      unmeasured: 'A node counts by its short axis, and its longest diameter alone is stated.',
    };
  return { size: { long, short: short ?? long }, from, unmeasured: '' };
}

function timeOf(
  parts: Pick<ReadingParts, 'store'>,
  reads: LesionReads,
  uid: string,
  targets: readonly FollowedLesion[],
  at: number,
  stated: TimePoint | null,
): CourseTime {
  const { date, modality } = reads.detailOf(uid);
  const on = targets
    .flatMap(({ marks }) => marks[at] ?? [])
    .flatMap(({ findingId }) => findingOf(reads, { uid, findingId }) ?? [])
    .map((finding) => technique(parts, finding));
  const modalities = [...new Set(on.map((one) => one.modality))];
  return {
    studyInstanceUID: uid,
    date,
    modality: modalities.length === 0 ? modality : modalities.join('/'),
    draft: reads.readOf(uid)?.status !== 'committed',
    stated,
    thicknesses: [
      ...new Set(on.flatMap(({ sliceThickness }) => (sliceThickness === null ? [] : [sliceThickness]))),
    ].toSorted((a, b) => a - b),
  };
}

function technique(
  { store }: Pick<ReadingParts, 'store'>,
  { sopInstanceUID, frame }: Pick<ReaderFinding, 'sopInstanceUID' | 'frame'>,
): { modality: string; sliceThickness: number | null } {
  const { modality, geometry } = store.studies.instance(sopInstanceUID).header;
  const sliceThickness = geometry?.frames?.[frame]?.sliceThickness ?? geometry?.common.sliceThickness;
  return { modality, sliceThickness: sliceThickness ?? null };
}

function leftOut(date: string, isThis: boolean, place: string | null): RuleWords[] {
  const which = isThis ? 'This study' : `The study of ${date === '' ? 'no date' : date}`;
  return [
    place === null
      ? { words: `${which} has no date: it is left out, since nothing says when it was.`, source: '' }
      : {
          words: `${which} is not later than the baseline: it is left out. The baseline is the last study before the treatment.`,
          source: SOURCES.baseline,
        },
  ];
}
