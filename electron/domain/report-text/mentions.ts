import type { EntityType } from '../../shared/report-words.ts';
import type { SectionKind } from './sections.ts';
import type { Word } from './tokens.ts';

export type Side = 'left' | 'right' | 'bilateral';

/** What the words around a mention say of it. */
export interface Assertion {
  /** Denied ('no', 'not seen', 'has resolved'). */
  negated: boolean;
  /** Denied only beyond what is known ('no other', 'no new'). */
  onlyNew: boolean;
  uncertain: boolean;
  /** Neither held nor denied: to be excluded, feared, cannot be excluded. */
  hypothetical: boolean;
  /** Of another time. */
  historical: boolean;
  /** Of long standing, healed, physiological. */
  chronic: boolean;
  /** Of a relative. */
  family: boolean;
  /** A by-finding ('adjacent atelectasis'). */
  minor: boolean;
}

/** A size in millimetres, or what is wrong with it. */
export interface Size {
  readonly start: number;
  readonly end: number;
  /** The values in millimetres (length), longest first; empty where the unit is missing or none of a length. */
  readonly mm: readonly number[];
  /** How far rounding may take a value, in millimetres. */
  readonly tolerance: number;
  readonly bound: 'exact' | 'below' | 'above';
  readonly problem: 'no-unit' | 'not-a-length' | null;
  readonly unit: string | null;
}

/** One concept at one place of a report. */
export interface Mention {
  /** The concepts that these words can stand for; the first is the likeliest. */
  readonly ids: readonly string[];
  readonly type: EntityType;
  readonly start: number;
  readonly end: number;
  /** Indices of words within the sentence; `to` is the one after the last. */
  readonly from: number;
  readonly to: number;
  /** The words between the halves of a split phrase, which are not its own; empty where it is in one piece. */
  readonly gap: readonly [number, number];
  readonly sentence: number;
  readonly section: SectionKind;
  readonly assertion: Assertion;
  /** The side the words give it; null where they give none. */
  side: Side | null;
  /** Whether the side stands with it, not only in the same sentence. */
  sideIsSure: boolean;
  sideStart: number;
  sideEnd: number;
  readonly anatomy: string[];
  readonly sizes: Size[];
  /** The cue that denies it, in UTF-16 code units; null where none does. */
  cue: readonly [number, number] | null;
}

/** A part of the body named in a report. */
export interface Place {
  readonly ids: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

export interface ReadSentence {
  readonly section: SectionKind;
  readonly start: number;
  readonly end: number;
  readonly words: readonly Word[];
  readonly mentions: readonly Mention[];
  readonly places: readonly Place[];
}

export function freshAssertion(): Assertion {
  return {
    negated: false,
    onlyNew: false,
    uncertain: false,
    hypothetical: false,
    historical: false,
    chronic: false,
    family: false,
    minor: false,
  };
}

/** Held of this patient and of now, for certain or not. */
export function isAffirmed({ assertion }: Mention): boolean {
  return !(assertion.negated || assertion.hypothetical || assertion.family || assertion.historical);
}
