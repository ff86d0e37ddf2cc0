/** One line of the bench's table. */
export interface BenchRow {
  readonly name: string;
  /** What we took or gave, and what the reference did in the same run, in `unit`; null where the reference is not on this machine. */
  readonly ours: number;
  readonly reference: number | null;
  readonly unit: string;
  /** As the aim counts it; null where there is no reference. */
  readonly ratio: number | null;
  /** The aim in words, such as '≤1.25×'. */
  readonly aim: string;
  /** Null where it could not be decided. */
  readonly ok: boolean | null;
}
