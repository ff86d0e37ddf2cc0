import type { LesionKind } from './recist-lesions.ts';
import { diameterOf, NORMAL_NODE, TOO_SMALL } from './recist-lesions.ts';
import type { LesionState, NonTargetCell, TargetCell } from '../../shared/response.ts';

/** A mark that is linked with a lesion, at one time. */
export interface LesionMark {
  readonly findingId: string;
  /** Millimetres; null where the pixel spacing in the patient is not certain. */
  readonly size: { readonly long: number; readonly short: number } | null;
  /** Whether the reader states the size, or it is the extent of the mark. */
  readonly from?: 'reader' | 'mark';
  /** Why there is no size; empty where there is one. */
  readonly unmeasured: string;
}

/** A lesion of the baseline and its marks, time by time. */
export interface FollowedLesion {
  readonly findingId: string;
  /** As it is called in tables; no two alike. */
  readonly label: string;
  readonly kind: LesionKind;
  readonly organ: string;
  /** For each time; none where nothing is linked there. */
  readonly marks: readonly (readonly LesionMark[])[];
}

const CONTRADICTS = 'take back the statement, or unlink the mark';

/**
 * One target at one time. What is neither marked nor stated was not assessed: nothing is guessed.
 *
 * @param others Targets before it in the list: a mark that one of them has too is of both, merged, and counts once, there.
 */
export function targetCell(
  lesion: FollowedLesion,
  at: number,
  stated: LesionState | undefined,
  others: readonly FollowedLesion[],
): TargetCell {
  const marks = lesion.marks[at] ?? [];
  const not = (words: string): TargetCell => ({ state: 'not-assessed', mm: null, words });
  const contradicts = (words: string): TargetCell => ({ state: 'contradicts', mm: null, words });
  if (marks.length === 0) {
    if (stated === 'gone') return { state: 'gone', mm: 0, words: 'Stated as gone.' };
    if (stated === 'too-small') return tooSmall();
    return not(
      stated === 'not-assessed'
        ? 'Stated as not assessed.'
        : 'No mark is linked with it, and nothing was stated.',
    );
  }
  if (stated === 'gone') return contradicts(`Stated as gone, and a mark is linked with it: ${CONTRADICTS}.`);
  const sharing = others.filter((other) => marks.some((mark) => isOf(other, at, mark)));
  const [shared] = sharing;
  const byOtherAxis = sharing.find(({ kind }) => kind !== lesion.kind);
  if (byOtherAxis !== undefined)
    return contradicts(
      `Its mark is linked with ${byOtherAxis.label} too, which is measured by another axis: unlink one.`,
    );
  // A lesion may divide, and one of its parts merge with another lesion: the other parts are its own.
  const own = marks.filter((mark) => !sharing.some((other) => isOf(other, at, mark)));
  if (shared !== undefined && own.length === 0)
    return { state: 'merged', mm: 0, words: `Merged with ${shared.label}: counted there.` };
  const without = own.find(({ size }) => size === null);
  if (without !== undefined) return stated === 'too-small' ? tooSmall() : not(without.unmeasured);
  if (stated === 'too-small')
    return contradicts(`Stated as too small to measure, and measured: ${CONTRADICTS}.`);
  const sizes = own.flatMap(({ size }) =>
    size === null ? [] : [diameterOf({ kind: lesion.kind, ...size })],
  );
  if (marks.length > 1 && lesion.kind === 'node')
    return contradicts(`${marks.length} marks are linked with this node: unlink all but one.`);
  const mm = sizes.reduce((sum, one) => sum + one, 0);
  const words = [
    ...(sizes.length > 1 ? [`Sum of ${sizes.length} parts.`] : []),
    ...(shared === undefined ? [] : [`Without what merged with ${shared.label}: counted there.`]),
    ...(own.every(({ from }) => from === 'reader') && marks.length === 1
      ? ['Size as the reader states it.']
      : []),
  ];
  return { state: 'measured', mm, words: words.join(' ') };
}

/** One non-target lesion at one time. */
export function nonTargetCell(
  { kind, marks }: FollowedLesion,
  at: number,
  stated: LesionState | undefined,
): NonTargetCell {
  const here = marks[at] ?? [];
  const sizes = here.map(({ size }) => size?.short ?? null);
  // A node is back to normal below 10 mm, and is seen all the same.
  const normal =
    kind === 'node' && here.length > 0 && sizes.every((short) => short !== null && short < NORMAL_NODE);
  const is = (state: NonTargetCell['state'], words: string): NonTargetCell => ({
    state,
    marked: here.length > 0,
    words,
  });
  if (stated === 'gone' && here.length > 0 && !normal)
    return is('contradicts', `Stated as gone, and a mark is linked with it: ${CONTRADICTS}.`);
  if (stated === 'gone') return is('gone', 'Stated as gone.');
  if (stated === 'present') return is('present', 'Stated as present.');
  if (normal) return is('gone', `Short axis below ${NORMAL_NODE} mm.`);
  if (here.length > 0) return is('present', 'Marked.');
  return is(
    'not-assessed',
    stated === 'not-assessed'
      ? 'Stated as not assessed.'
      : 'No mark is linked with it, and nothing was stated.',
  );
}

function tooSmall(): TargetCell {
  return {
    state: 'too-small',
    mm: TOO_SMALL,
    words: `Stated as seen and too small to measure: ${TOO_SMALL} mm.`,
  };
}

function isOf({ marks }: FollowedLesion, at: number, { findingId }: LesionMark): boolean {
  return marks[at]?.some((other) => other.findingId === findingId) ?? false;
}
