import type { AiFinding, OperatingPoint } from '../shared/analysis.ts';

/** The thresholds of one label, on the score after activation. */
export type OperatingPoints = Readonly<Record<OperatingPoint, number>>;

/**
 * The operating point that this site works at: candidates that reach it are shown as findings, those below count as
 * 'below threshold'. 'balanced', because a second reading that marks too much trains its readers to ignore
 * it; a setting of the site once there are settings.
 */
export const SITE_OPERATING_POINT: OperatingPoint = 'balanced';

/** The strictest operating point that a score reaches; null below both. Reached means at or above. */
export function operatingPointOf(score: number, points: OperatingPoints): OperatingPoint | null {
  const reached = (['balanced', 'high-sensitivity'] as const)
    .filter((point) => score >= points[point])
    .toSorted((a, b) => points[b] - points[a]);
  return reached[0] ?? null;
}

/**
 * Whether a candidate is shown as a finding at the site's point. A candidate that reaches 'balanced' also reaches
 * 'high-sensitivity', whose threshold is never higher.
 */
export function isShown(finding: Pick<AiFinding, 'operatingPoint'>, site = SITE_OPERATING_POINT): boolean {
  if (finding.operatingPoint === null) return false;
  return site === 'high-sensitivity' || finding.operatingPoint === 'balanced';
}
