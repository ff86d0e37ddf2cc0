import type { AiFinding, ModelResult } from '../../../electron/shared/analysis.ts';

/** 'score 0.81 · at the balanced operating point'; 'calibrated 64 %' only where the pack carries a calibration. */
export function scoreWords(finding: AiFinding): string {
  const parts = [`score ${finding.score.toFixed(2)}`];
  if (finding.probability !== undefined) parts.push(`calibrated ${Math.round(finding.probability * 100)} %`);
  parts.push(
    finding.operatingPoint === null
      ? 'below every operating point'
      : `at or above the ${finding.operatingPoint} operating point`,
  );
  if (finding.maskArea_mm2 !== undefined) parts.push(`${Math.round(finding.maskArea_mm2)} mm²`);
  if (finding.box === null) parts.push('the model gives no place');
  return parts.join(' · ');
}

/** How a model's run ended, for its line in the panel. */
export function resultWords({ status, reason }: ModelResult): string {
  switch (status) {
    case 'completed':
      return 'read this study';
    case 'abstained':
      return `abstained: ${reason ?? 'no reason given'}`;
    case 'failed':
      return `failed: ${reason ?? 'no reason given'}`;
  }
}
