import type { ModelView } from '../domain/comparison-words.ts';
import type { AiFinding } from '../shared/analysis.ts';
import type { Consensus } from '../shared/consensus.ts';
import type { FrameValues } from '../shared/frame-values.ts';
import type { ImageAttributes } from '../shared/pixels.ts';
import type { Comparison, FrameRef } from '../shared/read.ts';
import type { Referral } from '../shared/referral.ts';
import { inItsPlane, runOf } from '../shared/stack.ts';
import type { StudyDetail } from '../shared/study.ts';
import type { ReadVerification } from './canonical-read.ts';
import type { ConsensusVerification } from './verify-consensus.ts';

/** The picture of the report, or why there is none. */
export type KeyImage =
  | {
      readonly kind: 'shown';
      readonly ref: FrameRef;
      readonly png: Uint8Array;
      readonly attributes: ImageAttributes;
      /** Of the very frame that is shown. */
      readonly values: FrameValues;
      readonly reduced: boolean;
    }
  | { readonly kind: 'missing'; readonly reason: string };

/** Everything that the report prints. */
export interface ReportFacts {
  readonly study: StudyDetail;
  readonly comparison: Comparison;
  readonly models: readonly ModelView[];
  readonly verification: ReadVerification;
  readonly keyImage: KeyImage;
  /** What was asked of other readers about the study. */
  readonly referrals: readonly Referral[];
  /** What its reader and others hold together, each with what a check of its hash and signatures found. */
  readonly consensuses: readonly { readonly record: Consensus; readonly check: ConsensusVerification }[];
  /** Sum and response of the lesions that the reader follows, in lines. */
  readonly response: readonly string[];
  readonly build: string;
  readonly printedAt: string;
}

/** 'DOE^JANE^^DR' → 'DOE, JANE (DR)': one component group of a Person Name (PS3.5 §6.2.1.2). */
function groupWords(group: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group
    .split('^')
    .map((component) => component.trim());
  const givens = [given, middle].filter((part) => part !== '').join(' ');
  const titles = [prefix, suffix].filter((part) => part !== '').join(' ');
  const name = [family, givens].filter((part) => part !== '').join(', ');
  return titles === '' ? name : `${name} (${titles})`;
}

/** A Person Name with all its groups: alphabetic, ideographic, phonetic. */
export function personWords(name: string): string {
  const groups = name
    .split('=')
    .map(groupWords)
    .filter((group) => group !== '');
  return groups.length === 0 ? 'not stated' : groups.join(' = ');
}

/** 'series 2, image 14' and, of a multi-frame object, its frame; by the numbers that the file gives. */
export function imageWords(study: StudyDetail, ref: FrameRef): string {
  for (const [seriesIndex, series] of study.seriesList.entries()) {
    for (const [index, instance] of series.instances.entries()) {
      if (instance.sopInstanceUID !== ref.sopInstanceUID) continue;
      const place = `series ${series.seriesNumber ?? seriesIndex + 1}, image ${instance.instanceNumber ?? index + 1}`;
      return (instance.image?.frames ?? 1) > 1 ? `${place}, frame ${ref.frame + 1}` : place;
    }
  }
  return ref.sopInstanceUID;
}

/**
 * Many frames in few words, none left out: 'series 2, images 1–14, 16–28'. Runs are of images that follow each other in
 * the study's order and by their numbers; frames of a multi-frame object are named one by one.
 */
export function framesWords(study: StudyDetail, frames: readonly FrameRef[]): string {
  const wanted = new Map(frames.map((ref) => [`${ref.sopInstanceUID}/${ref.frame}`, ref]));
  const words: string[] = [];
  for (const [seriesIndex, series] of study.seriesList.entries()) {
    const runs: { first: number; last: number }[] = [];
    for (const [index, { sopInstanceUID, image, instanceNumber }] of series.instances.entries()) {
      const single = (image?.frames ?? 1) === 1 && wanted.delete(`${sopInstanceUID}/0`);
      if (!single) continue;
      const number = instanceNumber ?? index + 1;
      const run = runs.at(-1);
      if (run !== undefined && run.last + 1 === number) run.last = number;
      else runs.push({ first: number, last: number });
    }
    if (runs.length === 0) continue;
    const numbers = runs
      .map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`))
      .join(', ');
    const one = runs.length === 1 && runs[0]?.first === runs[0]?.last;
    words.push(`series ${series.seriesNumber ?? seriesIndex + 1}, ${one ? 'image' : 'images'} ${numbers}`);
  }
  return [...words, ...[...wanted.values()].map((ref) => imageWords(study, ref))].join('; ');
}

/** The attributes of one frame of the study; null for what is not there or has no pixels. */
export function attributesOf(study: StudyDetail, ref: FrameRef): ImageAttributes | null {
  for (const { instances, stacks } of study.seriesList) {
    const image = instances.find((one) => one.sopInstanceUID === ref.sopInstanceUID)?.image;
    if (image === undefined) continue;
    const run = runOf(stacks, ref);
    return image === null || run === undefined ? image : inItsPlane(image, run);
  }
  return null;
}

/** The models' findings that are shown, in the order of the results. */
export function shownAiFindings(facts: Pick<ReportFacts, 'comparison'>): AiFinding[] {
  return facts.comparison.results.flatMap((result) => result.findings);
}

/** 'A1', 'A2' …: how the report names a finding of a model, on the picture and in the table. */
export function aiNumber(facts: Pick<ReportFacts, 'comparison'>, aiFindingId: string): string {
  return `A${shownAiFindings(facts).findIndex(({ id }) => id === aiFindingId) + 1}`;
}

/** '2026-11-23 23:44 UTC' */
export function timeWords(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
