import type { ContextEntity } from '../../shared/clinical-context.ts';
import type { Lexicon } from './lexicon.ts';
import type { Assertion, Mention, Place } from './mentions.ts';
import { type ReadReport, readReport } from './read-report.ts';

/** Headings and words after which everything in a section or sentence is of the past. */
const PAST = /\b(?:pmh|pmhx|past (?:medical|surgical) history|background|surgical history)\b/i;

/**
 * The diseases, findings, parts of the body, procedures, devices and medication of a clinical text, and whether each is denied,
 * doubted, of the past or of a relative. Sorted by place; a longer name covers a shorter one of the same type within it.
 */
export function readContext(text: string, lexicon: Lexicon): ContextEntity[] {
  const report = readReport(text, lexicon);
  const entities = report.sentences.flatMap((sentence) => [
    ...sentence.mentions.map((mention) => entityOf(report, mention, lexicon)),
    ...sentence.places.filter(isNamed).map((place) => placeEntity(place)),
  ]);
  return entities
    .filter((one) => !entities.some((other) => other !== one && covers(other, one)))
    .toSorted((a, b) => a.start - b.start || b.end - a.end);
}

function entityOf(report: ReadReport, mention: Mention, lexicon: Lexicon): ContextEntity {
  const { assertion, start, end } = mention;
  const id = mention.ids[0] ?? '';
  return {
    type: lexicon.typeOf(id),
    id,
    start,
    end,
    negated: assertion.negated,
    uncertain: assertion.uncertain || assertion.hypothetical,
    historical: assertion.historical || isPast(report, mention, assertion),
    family: assertion.family,
  };
}

/** 'PMH: asthma, diabetes.' A sentence that begins so is of the past throughout. */
function isPast({ text, sentences }: ReadReport, mention: Mention, { negated }: Assertion): boolean {
  const sentence = sentences[mention.sentence];
  if (sentence === undefined || negated) return false;
  const before = text.slice(Math.max(0, sentence.start - 8), mention.start);
  // 'mastectomy 2012', 'stent in 2016': what has a year of its own is of the past.
  const after = text.slice(mention.end, Math.min(sentence.end, mention.end + 12));
  return PAST.test(before) || /^(?:\s+in|\s+from)?\s+\(?(?:19|20)\d\d\b/.test(after);
}

function placeEntity({ ids, start, end }: Place): ContextEntity {
  return {
    type: 'anatomy',
    id: ids[0] ?? '',
    start,
    end,
    negated: false,
    uncertain: false,
    historical: false,
    family: false,
  };
}

function isNamed({ ids }: Place): boolean {
  return ids.every((id) => !id.startsWith('ray:'));
}

function covers(a: ContextEntity, b: ContextEntity): boolean {
  const within = a.start <= b.start && a.end >= b.end && a.end - a.start > b.end - b.start;
  return within && (a.type === b.type || a.type !== 'anatomy');
}
