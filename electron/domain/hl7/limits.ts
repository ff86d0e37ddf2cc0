/** What is more than any honest message holds; beyond it a message is refused before anything is built of it. */
export const LIMITS = {
  /** Bytes of a file. */
  file: 32 * 1024 * 1024,
  messages: 50_000,
  /** Bytes of one message. */
  message: 4 * 1024 * 1024,
  segments: 10_000,
  /** Of one segment. */
  fields: 1_000,
  /** Of one field. */
  repetitions: 5_000,
  /** Of one repetition, and of one component. */
  components: 5_000,
  /** Of one patient, and of one examination. */
  identifiers: 200,
} as const;
