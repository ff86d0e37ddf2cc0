import { assertMentions } from './assert.ts';
import type { Cue } from './reach.ts';
import { DENIAL, isPathology, type Lexicon, NEAR } from './lexicon.ts';
import { freshAssertion, isAffirmed, type Mention, type Place, type ReadSentence } from './mentions.ts';
import { type Section, type Sentence, sectionsOf, sentencesOf } from './sections.ts';
import { placesIn } from './places.ts';
import { placeSides, sidesNamed } from './sides.ts';
import { placeSizes, sizesIn } from './sizes.ts';
import { type Word, wordsOf } from './tokens.ts';

/** A report as far as it was understood. All places are UTF-16 code units of the text. */
export interface ReadReport {
  readonly text: string;
  readonly sections: readonly Section[];
  readonly sentences: readonly ReadSentence[];
  /** The notes (earlier values, 'communicated to' …) of each sentence, beside `sentences`. */
  readonly notes: readonly (readonly Cue[])[];
}

/**
 * Finds the findings, diseases, devices, procedures, medication and parts of the body in a report, and says of each
 * whether it is held, denied, doubted, feared, of the past or of a relative, on which side and of which size.
 *
 * Rules and word lists only: the same text gives the same answer, and every answer can be traced to words.
 */
export function readReport(text: string, lexicon: Lexicon): ReadReport {
  const sections = sectionsOf(text);
  const sentences: ReadSentence[] = [];
  const notes: (readonly Cue[])[] = [];
  for (const sentence of sentencesOf(text, sections)) {
    const words = wordsOf(text.slice(sentence.start, sentence.end), sentence.start);
    const read = readSentence(words, sentence, sentences.length, lexicon);
    sentences.push(read.sentence);
    notes.push(read.notes);
  }
  referBack(sentences);
  nameTitle(sentences, text);
  return { text, sections, sentences, notes };
}

function readSentence(
  words: readonly Word[],
  sentence: Sentence,
  index: number,
  lexicon: Lexicon,
): { sentence: ReadSentence; notes: readonly Cue[] } {
  const places = placesIn(words, lexicon);
  const mentions = mentionsIn(words, sentence, index, lexicon).filter(
    // 'Basal ganglia' are no ganglion: the longer name of a place is meant.
    (mention) => !isPathology(mention.type) || !places.some((place) => isWithin(mention, place)),
  );
  const taken = words.map(() => false);
  for (const { from, to, gap, type } of mentions) {
    // The words between the halves of a split phrase stay free: 'the heart is not enlarged'.
    const free = to - from > 6 || holdsDenial(words.slice(...gap));
    if (!isPathology(type)) continue;
    for (let at = from; at < to; at += 1) taken[at] = !(free && at >= gap[0] && at < gap[1]);
  }
  const cues = lexicon.cues.overlapping(words, taken);
  const notes = lexicon.notes.overlapping(words);
  const pathology = mentions.filter(({ type }) => isPathology(type));
  assertMentions(words, mentions, cues);
  placeSides(words, pathology);
  placeSizes(words, pathology, notes);
  placeAnatomy(words, pathology, places);
  return {
    sentence: {
      section: sentence.section,
      start: sentence.start,
      end: sentence.end,
      words,
      mentions,
      places,
    },
    notes,
  };
}

function mentionsIn(words: readonly Word[], sentence: Sentence, index: number, lexicon: Lexicon): Mention[] {
  const found: Mention[] = [];
  const add = (
    from: number,
    to: number,
    given: readonly string[],
    gap: readonly [number, number] = [to, to],
  ): void => {
    const denied = given.every((id) => id.startsWith(DENIAL));
    const ids = denied
      ? given.map((id) => id.slice(DENIAL.length))
      : given.filter((id) => !id.startsWith(DENIAL));
    const first = ids[0];
    if (first === undefined) return;
    found.push({
      ids,
      type: lexicon.typeOf(first),
      start: words[from]?.start ?? 0,
      end: words[to - 1]?.end ?? 0,
      from,
      to,
      gap: denied ? [to, to] : gap,
      sentence: index,
      section: sentence.section,
      // 'The heart is not enlarged', 'kidneys without stones': the denial stands inside the phrase.
      // 'The veins are not compressible' denies what denies the clot.
      assertion: { ...freshAssertion(), negated: denied !== holdsDenial(words.slice(...gap)) },
      side: null,
      sideIsSure: false,
      sideStart: 0,
      sideEnd: 0,
      anatomy: [],
      sizes: [],
      cue: null,
    });
  };
  for (const { from, to, values } of lexicon.things.all(words)) {
    if (!lexicon.has(values, 'void') && !TITLES.has(words[from - 1]?.fold ?? '')) add(from, to, values);
  }
  for (const hit of splitHits(words, lexicon)) {
    const over = found.filter(({ from, to }) => from < hit.to && to > hit.from);
    // A split phrase stands only where no plain one says more; a weak word says less ('thickening … bladder wall').
    const firm = over.filter(({ ids }) => !lexicon.has(ids.slice(0, 1), 'minor'));
    if (firm.some(({ from, to, type }) => (from < hit.from && type !== 'device') || to > hit.to)) continue;
    if (over.some(({ type }) => type !== 'finding' && type !== 'disease' && type !== 'device')) continue;
    hit.from = Math.min(hit.from, ...firm.map(({ from }) => from));
    for (const other of over) found.splice(found.indexOf(other), 1);
    add(hit.from, hit.to, hit.ids, hit.gap);
  }
  return found.toSorted((a, b) => a.from - b.from);
}

/** 'Dr Murphy' is a person. */
const TITLES = new Set(['dr', 'mr', 'mrs', 'm', 'miss', 'prof', 'professor', 'sister']);

interface SplitHit {
  from: number;
  to: number;
  readonly ids: readonly string[];
  readonly gap: readonly [number, number];
}

function splitHits(words: readonly Word[], lexicon: Lexicon): SplitHit[] {
  const hits: SplitHit[] = [];
  const there = new Set(words.map(({ fold }) => fold));
  for (let from = 0; from < words.length; from += 1) {
    const head = lexicon.split.at(words, from);
    if (head === null) continue;
    const possible = head.values.filter(({ tail }) => there.has(tail[0] ?? ''));
    if (possible.length === 0) continue;
    const ends = possible
      .map(({ id, tail, most }) => ({ id, to: tailEnd(words, head.to, tail, most), length: tail.length }))
      .filter(({ to }) => to !== 0)
      .toSorted((a, b) => a.to - b.to);
    const best = ends[0];
    if (best === undefined) continue;
    const ids = ends.filter(({ to, length }) => to === best.to && length === best.length).map(({ id }) => id);
    hits.push({ from, to: best.to, ids: [...new Set(ids)], gap: [head.to, best.to - best.length] });
  }
  return hits;
}

const DENIALS = new Set([
  'not',
  'no',
  'without',
  'never',
  'nor',
  'neither',
  'free',
  'absent',
  'clear',
  'non',
]);

function isWithin(mention: Mention, place: Place): boolean {
  return (
    place.from <= mention.from && place.to >= mention.to && place.to - place.from > mention.to - mention.from
  );
}

function holdsDenial(words: readonly Word[]): boolean {
  return words.some(({ fold }) => DENIALS.has(fold));
}

function tailEnd(words: readonly Word[], from: number, tail: readonly string[], most: number): number {
  for (let at = from; at <= from + most && at < words.length; at += 1) {
    // 'enlarged subcarinal and paratracheal nodes', but not over a new clause.
    const next = words[at + 1]?.fold ?? '';
    if (
      words[at]?.gap !== '' ||
      (words[at]?.fold === 'and' && /^(?:the|a|an|no|is|are|there|with)$/.test(next))
    )
      return 0;
    if (tail.every((fold, step) => words[at + step]?.fold === fold)) return at + tail.length;
    if (most === NEAR && NOT_DESCRIBING.has(words[at]?.fold ?? '')) return 0;
  }
  return 0;
}

/** 'Dilated loops with a normal appendix' is no dilated appendix. */
const NOT_DESCRIBING = new Set(
  'with without of in at on to from by or but no is are the a normal intact unremarkable than near'.split(
    ' ',
  ),
);

/** 'RIGHT FOOT' on a line of its own, or 'Right elbow.' as the first words, is a heading. */
function nameTitle(sentences: ReadSentence[], text: string): void {
  const first = sentences[0];
  if (first === undefined || first.section !== 'findings' || sentences.length < 2) return;
  if (first.words.length > 8 || first.mentions.some(({ type }) => isPathology(type))) return;
  const line = text.slice(first.end - 1, first.end) === '\n';
  const bare = first.words.every(({ fold }) => !VERBS.has(fold));
  if (bare && (line || first.words.length <= 4)) sentences[0] = { ...first, section: 'title' };
}

const VERBS = new Set([
  'is',
  'are',
  'no',
  'normal',
  'not',
  'clear',
  'show',
  'intact',
  'unremarkable',
  'ha',
  'have',
  'seen',
]);

/** The parts of the body between the mention before and the one after belong to a mention. */
function placeAnatomy(words: readonly Word[], mentions: readonly Mention[], places: readonly Place[]): void {
  mentions.forEach((mention, index) => {
    const from = mentions[index - 1]?.to ?? 0;
    const to = mentions[index + 1]?.from ?? words.length;
    for (const place of places) {
      const within = place.from >= mention.from && place.to <= mention.to;
      if (within || (place.from >= from && place.to <= to)) mention.anatomy.push(...place.ids);
    }
  });
}

const BACK = new Set(['it', 'this', 'these', 'they', 'which', 'measuring', 'measure']);

/** 'There is a nodule. It measures 12 mm and lies in the left upper lobe.' */
function referBack(sentences: readonly ReadSentence[]): void {
  let last: Mention | undefined;
  let section: string | undefined;
  for (const { words, mentions, places, section: here } of sentences) {
    if (here !== section) last = undefined;
    section = here;
    const own = mentions.filter(({ type }) => isPathology(type));
    // '… asks about erosions. None is seen.'
    if (own.length === 0 && last !== undefined && words[0]?.fold === 'none') last.assertion.negated = true;
    if (own.length === 0 && last !== undefined && BACK.has(words[0]?.fold ?? '')) {
      if (last.sizes.length === 0 && isAffirmed(last))
        last.sizes.push(
          ...sizesIn(words)
            .filter(({ problem, mm }) => problem !== null || mm.length > 0)
            .slice(0, 1),
        );
      const side = sidesNamed(words)[0];
      if (last.side === null && side !== undefined) {
        last.side = side.side;
        last.sideIsSure = true;
        last.sideStart = side.start;
        last.sideEnd = side.end;
      }
      last.anatomy.push(...places.flatMap(({ ids }) => ids));
    }
    last = own.findLast((mention) => !mention.assertion.negated) ?? (own.length === 0 ? last : undefined);
  }
}
