/** What a part of a report is for. */
export type SectionKind =
  | 'title'
  | 'history'
  | 'technique'
  | 'comparison'
  | 'findings'
  | 'impression'
  | 'recommendation';

export interface Section {
  readonly kind: SectionKind;
  /** The text below the heading, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

export interface Sentence {
  readonly section: SectionKind;
  readonly start: number;
  readonly end: number;
}

const HEADINGS: readonly (readonly [SectionKind, RegExp])[] = [
  [
    'history',
    /clinical (?:history|information|details|indication|context|question|data|background)|indications?|history|reason for (?:exam(?:ination)?|study|referral)|referral|background|clinical|hx|c\/o/,
  ],
  ['technique', /technique|procedure|protocol|method|contrast|views?|projections?/],
  [
    'comparison',
    /comparisons?|comparative studies|priors?|previous (?:studies|imaging|examinations?)|compared with/,
  ],
  [
    'impression',
    /impressions?|conclusions?|summary|opinion|interpretation|diagnosis|assessment|comments?|imp|concl?/,
  ],
  [
    'recommendation',
    /recommendations?|advice|follow[- ]?up|plan|suggestions?|communication|critical results?|notification|addendum/,
  ],
  ['findings', /findings?|report|description|results?|observations?|body/],
  ['title', /examination|exam|study|type of (?:exam(?:ination)?|study)/],
];

const HEADING = new RegExp(
  `(?:^|[\\n.;!?)][ \\t]{0,8}|[ \\t]{2,8})((?:${HEADINGS.map(([, pattern]) => `(?:${pattern.source})`).join('|')}))[ \\t]{0,8}(?::|\\n|\\s[-–—]\\s)`,
  'giu',
);
/** A heading in capitals needs no colon. */
const CAPITALS =
  /(?:^|[\n.;!?][ \t]{0,8})(FINDINGS|IMPRESSION|CONCLUSION|INDICATION|TECHNIQUE|COMPARISON|HISTORY|OPINION|SUMMARY|RECOMMENDATION)\b(?!\s{0,4}:)/g;

/** The sections of a report in their order; what stands before the first heading is a title or, without any heading, the findings. */
export function sectionsOf(text: string): Section[] {
  const heads = [...text.matchAll(HEADING), ...text.matchAll(CAPITALS)]
    .map((match) => {
      const at = match.index + match[0].indexOf(match[1] ?? '');
      return { at, end: match.index + match[0].length, kind: kindOf(match[1] ?? '') };
    })
    .toSorted((a, b) => a.at - b.at)
    .filter((head, index, all) => index === 0 || head.at >= (all[index - 1]?.end ?? 0));
  const first = heads[0];
  if (first === undefined) return [{ kind: 'findings', start: 0, end: text.length }];
  const named = heads.map(({ kind, end }, index) => ({
    kind,
    start: end,
    end: heads[index + 1]?.at ?? text.length,
  }));
  const hasFindings = named.some(({ kind }) => kind === 'findings');
  const before = text.slice(0, first.at);
  const split = hasFindings ? named : named.flatMap((section) => withoutFindings(text, section));
  if (before.trim() === '') return split;
  // Prose before a sole 'Impression:' is the findings; before 'Findings:' it is the title.
  const prose = !hasFindings && before.trim().split(/\s+/).length > 6;
  return [{ kind: prose ? 'findings' : 'title', start: 0, end: first.at }, ...split];
}

/** Without a heading for the findings, a line of history, technique or comparison is over at its end. */
function withoutFindings(text: string, section: Section): Section[] {
  if (['findings', 'impression', 'recommendation'].includes(section.kind)) return [section];
  const body = text.slice(section.start, section.end);
  const lead = body.length - body.trimStart().length;
  const stop = /\n|[.](?=\s)/.exec(body.slice(lead));
  if (stop === null) return [section];
  const end = section.start + lead + stop.index + 1;
  if (text.slice(end, section.end).trim() === '') return [section];
  return [
    { ...section, end },
    { kind: 'findings', start: end, end: section.end },
  ];
}

/** The sentences of a report. A line, a semicolon and a numbered item end one as well. */
export function sentencesOf(text: string, sections: readonly Section[]): Sentence[] {
  return sections.flatMap(({ kind, start, end }) => {
    const found: Sentence[] = [];
    let from = start;
    for (const match of text.slice(start, end).matchAll(BREAK)) {
      const at = start + match.index;
      if (isAbbreviation(text, at, match[0])) continue;
      push(found, text, kind, from, at + match[0].length);
      from = at + match[0].length;
    }
    push(found, text, kind, from, end);
    return found;
  });
}

/** A point between digits is a decimal; after it comes a space, a bracket or the end. */
const BREAK = /[.!](?=[\s)\]"”]|$|\p{Lu})|(?<=[\p{L}\p{N})])\?(?=\s|$)|;|\n|•/gu;

function isAbbreviation(text: string, at: number, mark: string): boolean {
  if (mark !== '.') return false;
  const word = /(?:^|\s|\()([\p{L}.]+|\d{1,2})$/u.exec(text.slice(Math.max(0, at - 12), at))?.[1] ?? '';
  if (
    /^(?:dr|mr|mrs|ms|prof|approx|ca|cf|vs|fig|incl|e\.g|i\.e|no|st|max|min|resp|ant|post|lat|med|sup|inf|hx|dx)$/i.test(
      word,
    )
  )
    // 'No.' ends a sentence far more often than it numbers one.
    return word.toLowerCase() !== 'no';
  // '1. Fracture': the number of an item, at the start of a line or a sentence.
  return /^\d{1,2}$/.test(word) && /(?:^|[\n.:;!?])\s*\d{1,2}$/.test(text.slice(Math.max(0, at - 8), at));
}

/** No sentence of a report is longer, in characters; what is, is read in parts, so that no text makes the rules slow. */
const LONGEST = 800;

function push(found: Sentence[], text: string, section: SectionKind, from: number, to: number): void {
  let start = from;
  while (to - start > LONGEST) {
    const space = text.lastIndexOf(' ', start + LONGEST - 1);
    const cut = space > start ? space + 1 : start + LONGEST;
    add(found, text, section, start, cut);
    start = cut;
  }
  add(found, text, section, start, to);
}

function add(found: Sentence[], text: string, section: SectionKind, from: number, to: number): void {
  if (/[\p{L}\p{N}]/u.test(text.slice(from, to))) found.push({ section, start: from, end: to });
}

function kindOf(heading: string): SectionKind {
  const plain = heading.toLowerCase().replaceAll(/\s+/g, ' ');
  for (const [kind, pattern] of HEADINGS) {
    if (new RegExp(`^(?:${pattern.source})$`).test(plain)) return kind;
  }
  return 'findings';
}
