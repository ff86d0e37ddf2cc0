/** Waits after the first, second, … failure of a model on a study, ms. */
const WAITS_MS = [60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000] as const;

/** What failed, and how often one after the other. */
export interface Failure {
  readonly count: number;
  /** Of the last, ms since 1970. */
  readonly at: number;
}

/**
 * When a model that failed on a study is tried again, ms since 1970; null: not by itself any more. What fails each time (an image that
 * ends the engine) must not be tried at every start for ever. Somebody who opens the study asks for it anew, after the first wait.
 *
 * @param automatic True where nobody asks for this study.
 */
export function retryAt({ count, at }: Failure, automatic: boolean): number | null {
  if (!automatic) return at + WAITS_MS[0];
  const wait = WAITS_MS[count - 1];
  return wait === undefined ? null : at + wait;
}
