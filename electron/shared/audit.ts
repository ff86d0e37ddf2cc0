import * as z from 'zod';

export const auditActionSchema = z.enum([
  'import',
  'retry-refused',
  'clear-refused',
  'state-facts',
  'set-priority',
  'claim',
  'take-over',
  'release',
  'open',
  'commit',
  'reveal',
  'assess',
  'reopen',
  'addendum',
  'peer-review',
  'refer',
  'referral-accept',
  'referral-answer',
  'referral-decline',
  'referral-withdraw',
  'consensus-propose',
  'consensus-agree',
  'consensus-none',
  'consensus-withdraw',
  'sign-report',
  'report-addendum',
  'analyze',
  'replay',
  'export',
  'delete',
  'reader-created',
  'install-model',
  'remove-model',
  'trial-design',
  'trial-read',
  'trial-simulate',
  'trial-analyze',
  'trial-export',
  'backup',
  'restore',
]);
export type AuditAction = z.infer<typeof auditActionSchema>;

/** One link of the chain: `hash` = SHA-256 of the canonical form of everything else, `previousHash` included. */
export const auditEntrySchema = z.object({
  sequence: z.int().positive(),
  at: z.string(),
  /** Reader id, or 'operator' for the command line. */
  actor: z.string(),
  action: auditActionSchema,
  studyInstanceUID: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
