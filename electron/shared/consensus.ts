import * as z from 'zod';
import { frameRefSchema, modifiedFindingSchema, readableText } from './read.ts';

const saysSomething = (text: string): boolean => /[^\s\p{C}]/u.test(text);

/**
 * One line of two reads laid beside each other: findings that the matching pairs, findings of one alone, and texts of both. `first` is the
 * read that was committed earlier; that is an order of time and of nothing else.
 */
export const consensusLineSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('finding'),
    id: z.string(),
    /** Id of the finding in the first and in the second read; null where that reader has none there. */
    first: z.string().nullable(),
    second: z.string().nullable(),
    /** What each says of it, so that the record can be read by itself; empty where nothing. */
    firstWords: z.string(),
    secondWords: z.string(),
    /** In what a pair differs; empty: they agree, and there is nothing to settle. */
    differs: z.array(z.enum(['presence', 'label', 'side', 'size'])),
  }),
  z.object({
    kind: z.literal('text'),
    id: z.enum(['impression', 'recommendation']),
    /** What each says, empty where nothing. */
    first: z.string(),
    second: z.string(),
    differs: z.array(z.enum(['words'])),
  }),
]);
export type ConsensusLine = z.infer<typeof consensusLineSchema>;

export const settlementChoiceSchema = z.enum(['first', 'second', 'both', 'changed']);
export type SettlementChoice = z.infer<typeof settlementChoiceSchema>;

/** What becomes of a line: the first read stands, the second does, both do, or neither and this instead. */
export const settlementSchema = z
  .object({
    lineId: z.string().max(200),
    choice: settlementChoiceSchema,
    /** With `changed`, of a line of findings. */
    finding: modifiedFindingSchema.optional(),
    /** With `changed`, of a line of texts. */
    text: readableText(20000).optional(),
    /** Why, in words; may be empty. */
    why: readableText(1000),
  })
  .refine(
    ({ choice, finding, text }) =>
      (choice === 'changed') === ((finding === undefined) !== (text === undefined)),
    {
      error: 'A finding or a text is stated with changed, and with nothing else.',
    },
  );
export type Settlement = z.infer<typeof settlementSchema>;

/** What two readers hold together of a study. */
export const consensusOutcomeSchema = z.object({
  findings: z.array(
    z.object({ from: settlementChoiceSchema, at: frameRefSchema, finding: modifiedFindingSchema }),
  ),
  impression: z.string(),
  recommendation: z.string(),
});
export type ConsensusOutcome = z.infer<typeof consensusOutcomeSchema>;

const sideSchema = z.object({
  readId: z.string(),
  /** Of the committed read: the consensus is about these very words. */
  readSha256: z.string(),
  readerId: z.string(),
  readerName: z.string(),
  committedAt: z.string(),
  /** When the AI was shown to this reader before the commit; null: the read is blind. */
  aiShownAt: z.string().nullable(),
});

/** What is hashed and signed: everything of it but hash, state and signatures. */
export const consensusContentSchema = z.object({
  id: z.string(),
  studyInstanceUID: z.string(),
  /** `none`: a reader says that there is no consensus, without a proposal before. */
  kind: z.enum(['proposal', 'none']),
  first: sideSchema,
  second: sideSchema,
  lines: z.array(consensusLineSchema),
  settlements: z.array(settlementSchema),
  /** Null where there is no consensus. */
  outcome: consensusOutcomeSchema.nullable(),
  /** Words to the whole; the reasons of a `none`. */
  words: z.string(),
  /** The record before this one between the same two reads. */
  previous: z.object({ id: z.string(), sha256: z.string() }).nullable(),
  proposedBy: z.string(),
  proposedAt: z.string(),
});
export type ConsensusContent = z.infer<typeof consensusContentSchema>;

export const consensusDecisionSchema = z.enum(['propose', 'agree', 'no-consensus', 'withdraw']);
export type ConsensusDecision = z.infer<typeof consensusDecisionSchema>;

export const consensusSignatureSchema = z.object({
  readerId: z.string(),
  readerName: z.string(),
  decision: consensusDecisionSchema,
  words: z.string(),
  at: z.string(),
  /** Ed25519, base64, by the reader's own key. */
  signature: z.string(),
});
export type ConsensusSignature = z.infer<typeof consensusSignatureSchema>;

/**
 * `proposed`: one has signed, the other is waited for. `agreed`: both have. `no-consensus`: one said so. `withdrawn`: by who proposed.
 * `replaced`: another proposal came after it before anybody answered.
 */
export const consensusStateSchema = z.enum(['proposed', 'agreed', 'no-consensus', 'withdrawn', 'replaced']);
export type ConsensusState = z.infer<typeof consensusStateSchema>;

export const consensusSchema = consensusContentSchema.extend({
  sha256: z.string(),
  state: consensusStateSchema,
  signatures: z.array(consensusSignatureSchema),
});
export type Consensus = z.infer<typeof consensusSchema>;

/** Every record of a study, and each other committed read beside the current reader's own, line by line. */
export const consensusViewSchema = z.object({
  records: z.array(consensusSchema),
  beside: z.array(
    z.object({
      readId: z.string(),
      readerName: z.string(),
      /** Whether the current reader's read is the first. */
      mineIsFirst: z.boolean(),
      lines: z.array(consensusLineSchema),
    }),
  ),
});
export type ConsensusView = z.infer<typeof consensusViewSchema>;

const previousId = z.string().max(64).nullable();

export const consensusRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('proposal'),
    /** Made by the window with the form: the same again is the same proposal. */
    id: z.uuid(),
    /** The other's committed read. */
    readId: z.string().max(64),
    /** The newest record between the two reads as the window shows it; null: none. */
    previousId,
    settlements: z.array(settlementSchema).max(1100),
    words: readableText(4000),
  }),
  z.object({
    kind: z.literal('none'),
    id: z.uuid(),
    readId: z.string().max(64),
    previousId,
    words: readableText(4000).refine(saysSomething, { error: 'is empty' }),
  }),
]);
export type ConsensusRequest = z.infer<typeof consensusRequestSchema>;

export const consensusAnswerSchema = z.discriminatedUnion('decision', [
  z.object({
    decision: z.literal('agree'),
    /** Of what is on the screen: nobody signs what was not shown. */
    sha256: z.string().max(64),
  }),
  z.object({
    decision: z.literal('no-consensus'),
    words: readableText(4000).refine(saysSomething, { error: 'is empty' }),
  }),
  z.object({ decision: z.literal('withdraw'), words: readableText(4000) }),
]);
export type ConsensusAnswer = z.infer<typeof consensusAnswerSchema>;
