import type { PackManifest } from '../shared/pack.ts';
import type { InstanceHeader } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import { type Fact, resolveFact } from './stated-facts.ts';

export type DomainHeader = Pick<
  InstanceHeader,
  'sopClassUID' | 'modality' | 'bodyPart' | 'viewPosition' | 'age' | 'image'
>;

export type DomainJudgement =
  | {
      readonly fits: true;
      /** Facts taken from what a person stated. */
      readonly stated: Stated;
      /** What a person should know although it is no reason to abstain. */
      readonly notes: readonly string[];
    }
  | { readonly fits: false; readonly reason: string };

/** Secondary Capture and its multi-frame forms (PS3.4 B.5). */
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
/** Digital X-Ray and its relatives For Processing: detector values before the maker's own processing. */
const FOR_PROCESSING = new Set([
  '1.2.840.10008.5.1.4.1.1.1.1.1',
  '1.2.840.10008.5.1.4.1.1.1.2.1',
  '1.2.840.10008.5.1.4.1.1.1.3.1',
]);

/** Words of other spellings that mean the same as a term of PS3.16 Annex L, and nothing else. */
const BODY_PART_SYNONYMS: Readonly<Record<string, string>> = {
  THORAX: 'CHEST',
  'UPPER ARM': 'UPPERARM',
  'UPPER-ARM': 'UPPERARM',
  'LOWER LEG': 'LOWERLEG',
  'LOWER-LEG': 'LOWERLEG',
  'LOWER ARM': 'FOREARM',
  HEEL: 'CALCANEUS',
};
/** Spellings of the view positions of PS3.3 C.8.11.5 (0018,5101). */
const VIEW_SYNONYMS: Readonly<Record<string, string>> = {
  'POSTERO-ANTERIOR': 'PA',
  POSTEROANTERIOR: 'PA',
  'ANTERO-POSTERIOR': 'AP',
  ANTEROPOSTERIOR: 'AP',
};

function normal(word: string, synonyms: Readonly<Record<string, string>> = {}): string {
  const upper = word.trim().toUpperCase().replaceAll('_', '-');
  return synonyms[upper] ?? upper;
}

function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function isSecondaryCapture(header: DomainHeader): boolean {
  return header.sopClassUID === SECONDARY_CAPTURE || header.sopClassUID.startsWith(`${SECONDARY_CAPTURE}.`);
}

/** Modality (0008,0060). 'OT' and 'SC' on a Secondary Capture say where it was copied, not how it was taken: a person may state it. */
function modalityFact(header: DomainHeader, stated: Stated): Fact {
  const tag = normal(header.modality);
  const silent = isSecondaryCapture(header) && (tag === 'OT' || tag === 'SC');
  return resolveFact('modality', silent ? '' : tag, normal(stated.modality ?? ''));
}

function pixelReason(manifest: PackManifest, header: DomainHeader): string | null {
  const { image } = header;
  const { domain } = manifest;
  if (image === null) return 'The object holds no image.';
  // A stack may be one object of many frames.
  if (image.frames !== 1 && manifest.volume === undefined)
    return `The image has ${image.frames} frames; the model reads images of one frame only.`;
  if (!domain.photometric.includes(image.photometric)) {
    return `The image is stored as ${image.photometric}; the model reads ${list(domain.photometric)} only.`;
  }
  return sizeReason(domain, image);
}

function sizeReason(
  { minRows, minColumns, maxRows, maxColumns }: PackManifest['domain'],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): string | null {
  const tooSmall = rows < minRows || columns < minColumns;
  const tooLarge = rows > (maxRows ?? rows) || columns > (maxColumns ?? columns);
  if (!tooSmall && !tooLarge) return null;
  const is = `The image is ${columns} × ${rows} pixels; the model reads images of`;
  if (minRows === maxRows && minColumns === maxColumns) {
    return `${is} exactly ${minColumns} × ${minRows}. Cut the image into tiles of that size; do not resize it.`;
  }
  if (tooSmall) return `${is} at least ${minColumns} × ${minRows}.`;
  return `${is} at most ${maxColumns} × ${maxRows}.`;
}

function ageRange(least: number | null, most: number | null): string {
  if (least !== null && most !== null) return `patients of ${least} to ${most} years`;
  if (least !== null) return `patients of at least ${least} years`;
  return most === null ? 'patients of a known age' : `patients of at most ${most} years`;
}

function ageReason(manifest: PackManifest, age: number | null): string | null {
  const { minAgeYears: least, maxAgeYears: most, ageRequired = false } = manifest.domain;
  if (age === null) {
    return ageRequired
      ? `The patient's age is not stated in the file, and the model reads ${ageRange(least, most)} only. State the age and the model runs again.`
      : null;
  }
  if (least !== null && age < least) {
    return `The patient's age is ${age} years; the model reads patients of at least ${least} years only.`;
  }
  // Age is told in completed years: five years and eleven months is five.
  if (most !== null && Math.floor(age) > most) {
    return `The patient's age is ${age} years; the model reads patients of at most ${most} years only.`;
  }
  return null;
}

function termReason(what: string, fact: Fact, allowed: readonly string[], option: string): string | null {
  if (allowed.length === 0) return null;
  if (fact.value === '') {
    return (
      `The ${what} is not stated in the file, and the model reads ${list(allowed)} only. ` +
      `State the ${what} (${option}) and the model runs again.`
    );
  }
  // A person who says otherwise may be right: what either says must lie within the domain (never a result for a wrong body part).
  if (allowed.includes(fact.value)) {
    return fact.conflict === null || allowed.includes(fact.otherwise)
      ? null
      : `The ${what} was stated as ${fact.otherwise}, but the file says ${fact.value}; the model reads ${list(allowed)} only, and one of the two is wrong.`;
  }
  const conflict = fact.conflict === null ? '' : ` ${fact.conflict}`;
  return `The ${what} is ${fact.value}; the model reads ${list(allowed)} only.${conflict}`;
}

/**
 * Whether a model was made for an image: the pack's domain against the header and what a person stated. A statement fills in
 * what the file does not say; where the file says otherwise, the file counts and the reason says so. A missing pixel
 * spacing is no reason, nor is an unknown age where the pack does not require one; it is noted.
 */
export function judgeDomain(manifest: PackManifest, header: DomainHeader, stated: Stated): DomainJudgement {
  const { domain } = manifest;
  const modality = modalityFact(header, stated);
  const bodyPart = resolveFact(
    'body part',
    normal(header.bodyPart, BODY_PART_SYNONYMS),
    normal(stated.bodyPart ?? '', BODY_PART_SYNONYMS),
  );
  const view = resolveFact(
    'view',
    normal(header.viewPosition, VIEW_SYNONYMS),
    normal(stated.view ?? '', VIEW_SYNONYMS),
  );
  const age = header.age ?? stated.age ?? null;
  const reason =
    termReason('modality', modality, domain.modalities, `for example ${domain.modalities.at(-1)}`) ??
    (FOR_PROCESSING.has(header.sopClassUID)
      ? 'The image is For Processing (raw detector values); the model reads images For Presentation only.'
      : null) ??
    (isSecondaryCapture(header) && !domain.secondaryCapture
      ? 'The image is a Secondary Capture; the model does not read those.'
      : null) ??
    termReason('body part', bodyPart, domain.bodyParts, `for example ${domain.bodyParts[0]}`) ??
    (domain.views === 'any'
      ? null
      : termReason('view', view, domain.views, `for example ${domain.views[0]}`)) ??
    ageReason(manifest, age) ??
    (stated.age === undefined ? null : ageReason(manifest, stated.age)) ??
    pixelReason(manifest, header);
  if (reason !== null) return { fits: false, reason };

  const used: Stated = {
    ...(modality.stated ? { modality: modality.value } : {}),
    ...(bodyPart.stated ? { bodyPart: bodyPart.value } : {}),
    ...(view.stated ? { view: view.value } : {}),
    ...(header.age === null && stated.age !== undefined ? { age: stated.age } : {}),
  };
  const notes = [modality.conflict, bodyPart.conflict, view.conflict].filter((note) => note !== null);
  if (header.age !== null && stated.age !== undefined && stated.age !== header.age) {
    notes.push(
      `The age was stated as ${stated.age}, but the file says ${header.age}; what the file says was used.`,
    );
  }
  if (age === null && (domain.minAgeYears !== null || domain.maxAgeYears !== null)) {
    notes.push('The patient’s age is not stated; whether it lies within the model’s limits is not known.');
  }
  return { fits: true, stated: used, notes };
}
