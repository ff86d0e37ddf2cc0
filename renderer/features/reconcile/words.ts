import type { ModelResult } from '../../../electron/shared/analysis.ts';

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
