import * as z from 'zod';
import { readableText } from './read.ts';

/** Why a reader refers: one short list, and words beside it. */
export const REFERRAL_REASONS = {
  'second-read': 'A second read is asked for here',
  uncertain: 'I am not certain of a finding',
  'ai-differs': 'The AI and I differ',
  field: 'Outside my field',
  history: 'Does not fit the history or a prior',
  quality: 'Image quality or technique',
  other: 'Another reason, in words',
} as const;
export const referralReasonSchema = z.enum([
  'second-read',
  'uncertain',
  'ai-differs',
  'field',
  'history',
  'quality',
  'other',
]);
export type ReferralReason = z.infer<typeof referralReasonSchema>;

/**
 * What is asked for. `independent`: a read that is made without the first one and without the AI, whatever the site's policy shows other
 * readers before the commit. `opinion`: an answer by a reader who reads as the site reads.
 */
export const referralAskSchema = z.enum(['independent', 'opinion']);
export type ReferralAsk = z.infer<typeof referralAskSchema>;

export const referralStateSchema = z.enum(['open', 'accepted', 'answered', 'declined', 'withdrawn']);
export type ReferralState = z.infer<typeof referralStateSchema>;

/** How an answer stands to what was asked. */
export const REFERRAL_STANCES = {
  agrees: 'agrees with the first read',
  differs: 'differs from the first read',
  undecided: 'cannot decide it on these images',
} as const;
export const referralStanceSchema = z.enum(['agrees', 'differs', 'undecided']);
export type ReferralStance = z.infer<typeof referralStanceSchema>;

const words = readableText(4000);
const saysSomething = (text: string): boolean => /[^\s\p{C}]/u.test(text);
const neededWords = words.refine(saysSomething, { error: 'is empty' });

export const referralRequestSchema = z
  .object({
    /** Made by the window with the form: the same again is the same referral, however often it is sent. */
    id: z.uuid().optional(),
    /** Null: a second reader, whoever accepts. */
    toReader: z.string().max(64).nullable(),
    ask: referralAskSchema,
    /** The line of the comparison that it is about; null: the study. */
    itemId: z.string().max(256).nullable(),
    reason: referralReasonSchema,
    words,
  })
  .refine((asked) => asked.reason !== 'other' || saysSomething(asked.words), {
    error: 'Another reason is given in words.',
    path: ['words'],
  });
export type ReferralRequest = z.infer<typeof referralRequestSchema>;

/** What whoever is concerned does with a referral. */
export const referralStepRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accept') }),
  z.object({ kind: z.literal('answer'), stance: referralStanceSchema, words: neededWords }),
  z.object({ kind: z.literal('decline'), words: neededWords }),
  z.object({ kind: z.literal('withdraw'), words }),
]);
export type ReferralStepRequest = z.infer<typeof referralStepRequestSchema>;
export type ReferralStepKind = ReferralStepRequest['kind'];

const personSchema = z.object({ id: z.string(), name: z.string() });

export const referralStepSchema = z.object({
  kind: z.enum(['accept', 'answer', 'decline', 'withdraw']),
  by: personSchema,
  stance: referralStanceSchema.nullable(),
  words: z.string(),
  at: z.string(),
});
export type ReferralStep = z.infer<typeof referralStepSchema>;

/** A referral as it is told to readers who have committed a read of the study. */
export const referralSchema = z.object({
  id: z.string(),
  /** The committed read that it comes from. */
  readId: z.string(),
  from: personSchema,
  to: personSchema.nullable(),
  ask: referralAskSchema,
  about: z.object({ itemId: z.string(), words: z.string() }).nullable(),
  reason: referralReasonSchema,
  words: z.string(),
  createdAt: z.string(),
  state: referralStateSchema,
  /** Who accepted it; null while nobody has. */
  takenBy: personSchema.nullable(),
  steps: z.array(referralStepSchema),
});
export type Referral = z.infer<typeof referralSchema>;

/**
 * A referral as it is told before the own commit: that there is one, and what is asked for. Who asks, why, about what and in which words
 * would say what the first read or the AI says.
 */
export const blindReferralSchema = z.object({
  id: z.string(),
  ask: referralAskSchema,
  /** True: to this reader by name; false: to a second reader, whoever accepts. */
  direct: z.boolean(),
  accepted: z.boolean(),
  createdAt: z.string(),
});
export type BlindReferral = z.infer<typeof blindReferralSchema>;

export const toldReferralsSchema = z.discriminatedUnion('told', [
  z.object({ told: z.literal('blind'), referrals: z.array(blindReferralSchema) }),
  z.object({ told: z.literal('whole'), referrals: z.array(referralSchema) }),
]);
export type ToldReferrals = z.infer<typeof toldReferralsSchema>;
