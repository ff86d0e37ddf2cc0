/**
 * Lesions by RECIST 1.1. Source of every rule of the files recist-*: Eisenhauer EA et al. New response evaluation criteria in solid
 * tumours: revised RECIST guideline (version 1.1). Eur J Cancer 2009;45:228-47; questions of detail: Schwartz LH et al. RECIST 1.1,
 * update and clarification. Eur J Cancer 2016;62:132-7.
 */

/** Extranodal: measured by its longest diameter. Node: by its short axis. */
export type LesionKind = 'extranodal' | 'node';

/** Millimetres. */
export const TARGET_EXTRANODAL = 10;
export const TARGET_NODE = 15;
/** A node of a shorter short axis is no pathological one. */
export const NORMAL_NODE = 10;
/** What is seen and too small to be measured is entered as this. */
export const TOO_SMALL = 5;
export const MOST_TARGETS = 5;
export const MOST_OF_ORGAN = 2;

/** A lesion at baseline. */
export interface BaselineLesion {
  readonly id: string;
  readonly kind: LesionKind;
  /** Which organ; nodes of any station are one organ, 'lymph nodes'. */
  readonly organ: string;
  /** Longest diameter and short axis, mm. */
  readonly long: number;
  readonly short: number;
}

/** What counts in the sum of diameters, mm: the short axis of nodes, else the longest diameter. */
export function diameterOf({ kind, long, short }: Pick<BaselineLesion, 'kind' | 'long' | 'short'>): number {
  return kind === 'node' ? short : long;
}

/**
 * Whether a lesion may be a target. `measurable`: large enough. `pathological`: a node of 10 to less than 15 mm, a non-target lesion.
 * `small`: too small for a target; an extranodal one is a non-target lesion, a node is normal.
 *
 * @param sliceThickness Millimetres; where slices are thicker than 5 mm a target is at least twice as long as they are thick.
 */
export function measurability(
  lesion: Pick<BaselineLesion, 'kind' | 'long' | 'short'>,
  sliceThickness = 5,
): 'measurable' | 'pathological' | 'small' {
  const diameter = diameterOf(lesion);
  if (lesion.kind === 'node') {
    if (diameter >= TARGET_NODE) return 'measurable';
    return diameter >= NORMAL_NODE ? 'pathological' : 'small';
  }
  const least = sliceThickness > 5 ? 2 * sliceThickness : TARGET_EXTRANODAL;
  return diameter >= least ? 'measurable' : 'small';
}

/** Why a choice of target lesions is none, in plain words; empty where it is one. */
export function targetFaults(targets: readonly BaselineLesion[]): string[] {
  const faults: string[] = [];
  if (targets.length > MOST_TARGETS)
    faults.push(`${targets.length} target lesions: RECIST 1.1 has at most ${MOST_TARGETS}.`);
  const organs = Map.groupBy(targets, organOf);
  for (const [organ, lesions] of organs) {
    if (lesions.length > MOST_OF_ORGAN)
      faults.push(`${lesions.length} target lesions in ${organ}: at most ${MOST_OF_ORGAN} an organ.`);
  }
  for (const lesion of targets) {
    if (measurability(lesion) === 'measurable') continue;
    faults.push(
      lesion.kind === 'node'
        ? `${lesion.id}: a target node has a short axis of ${TARGET_NODE} mm or more, this one ${lesion.short} mm.`
        : `${lesion.id}: a target lesion has a longest diameter of ${TARGET_EXTRANODAL} mm or more, this one ${lesion.long} mm.`,
    );
  }
  return faults;
}

function organOf({ kind, organ }: BaselineLesion): string {
  return kind === 'node' ? 'lymph nodes' : organ.trim().toLowerCase();
}
