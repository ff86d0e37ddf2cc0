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
export const TARGET_RADIOGRAPH = 20;
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
  /** Millimetres; null or absent where the file does not say. */
  readonly sliceThickness?: number | null;
  /** A plain radiograph: a target is at least 20 mm there. */
  readonly radiograph?: boolean;
}

/** A rule that is broken or strained, with where it is written. */
export interface RecistRule {
  readonly words: string;
  readonly source: string;
}

/** Where the rules stand. */
export const SOURCES = {
  measurable: 'RECIST 1.1, Eisenhauer 2009, section 3.1.1',
  baseline: 'RECIST 1.1, Eisenhauer 2009, section 3.2.1',
  method: 'RECIST 1.1, Eisenhauer 2009, section 3.2.2',
  targets: 'RECIST 1.1, Eisenhauer 2009, section 4.2',
  nodes: 'RECIST 1.1, Eisenhauer 2009, section 4.3.2',
  newLesions: 'RECIST 1.1, Eisenhauer 2009, section 4.3.5',
  timePoint: 'RECIST 1.1, Eisenhauer 2009, section 4.4.1',
  missing: 'RECIST 1.1, Eisenhauer 2009, section 4.4.2',
} as const;

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
  lesion: Pick<BaselineLesion, 'kind' | 'long' | 'short' | 'radiograph'>,
  sliceThickness = 5,
): 'measurable' | 'pathological' | 'small' {
  const diameter = diameterOf(lesion) + ROUNDING;
  if (diameter >= leastTarget(lesion, sliceThickness)) return 'measurable';
  return lesion.kind === 'node' && diameter >= NORMAL_NODE ? 'pathological' : 'small';
}

/** Spacing times pixels is not exact: 15 mm must not be less than 15 mm. */
const ROUNDING = 1e-6;

/** Least size of a target, mm: of the longest diameter, for nodes of the short axis. */
export function leastTarget(
  { kind, radiograph = false }: Pick<BaselineLesion, 'kind' | 'radiograph'>,
  sliceThickness = 5,
): number {
  if (kind === 'node') return Math.max(TARGET_NODE, sliceThickness > 5 ? 2 * sliceThickness : 0);
  if (radiograph) return TARGET_RADIOGRAPH;
  return sliceThickness > 5 ? 2 * sliceThickness : TARGET_EXTRANODAL;
}

/** Why a choice of target lesions is none, each with the rule's source; empty where it is one. */
export function targetFaults(targets: readonly BaselineLesion[]): RecistRule[] {
  const faults: RecistRule[] = [];
  const fault = (source: string, words: string): void => void faults.push({ words, source });
  if (targets.length > MOST_TARGETS)
    fault(SOURCES.targets, `${targets.length} target lesions: at most ${MOST_TARGETS} in all.`);
  const organs = Map.groupBy(targets, organOf);
  for (const [organ, lesions] of organs) {
    if (lesions.length > MOST_OF_ORGAN)
      fault(
        SOURCES.targets,
        `${lesions.length} target lesions in ${organ}: at most ${MOST_OF_ORGAN} an organ.`,
      );
  }
  for (const lesion of targets) {
    const thickness = lesion.sliceThickness ?? 5;
    if (measurability(lesion, thickness) === 'measurable') continue;
    const least = leastTarget(lesion, thickness);
    const why =
      thickness > 5 && least === 2 * thickness
        ? `, twice the slice thickness of ${thickness} mm`
        : lesion.radiograph === true && lesion.kind !== 'node'
          ? ' on a radiograph'
          : '';
    const axis =
      lesion.kind === 'node' ? 'target node has a short axis' : 'target lesion has a longest diameter';
    fault(
      SOURCES.measurable,
      `${lesion.id}: a ${axis} of ${least} mm or more${why}; this one has ${diameterOf(lesion).toFixed(1)} mm.`,
    );
  }
  return faults;
}

function organOf({ kind, organ }: BaselineLesion): string {
  return kind === 'node' ? 'lymph nodes' : organ.trim().toLowerCase();
}
