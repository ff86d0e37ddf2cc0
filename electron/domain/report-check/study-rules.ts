import type { ReportWarning } from '../../shared/report-check.ts';
import type { Mention, Place, ReadSentence } from '../report-text/mentions.ts';
import { sizesIn } from '../report-text/sizes.ts';
import { type CheckContext, isMinor, warning } from './context.ts';
import { ownRegionsOf, regionsOf } from './regions.ts';

const MALE = new Set(['man', 'male', 'gentleman', 'boy', 'men']);
const FEMALE = new Set(['woman', 'female', 'lady', 'girl', 'women']);

/** Words of the other sex, as the patient's own. One warning a report: the first place. */
export function checkSex(context: CheckContext): ReportWarning[] {
  const sex = (context.input.study.sex ?? '').trim().toUpperCase()[0];
  if (sex !== 'M' && sex !== 'F') return [];
  for (const [index, sentence] of context.report.sentences.entries()) {
    const family = sentence.mentions.find(({ assertion }) => assertion.family);
    const relative = family !== undefined || hasRelative(sentence);
    if (relative) continue;
    const before = context.report.sentences[index - 1];
    const place = otherSex(context, sentence, sex) ?? pronoun(sentence, before, sex);
    if (place === null) continue;
    const words = context.report.text.slice(place[0], place[1]);
    return [
      warning(
        'sex',
        place,
        `"${words}" does not fit the sex of the study (${sex === 'M' ? 'male' : 'female'}). Check that text and study belong to the same patient.`,
      ),
    ];
  }
  return [];
}

function otherSex(
  { lexicon }: CheckContext,
  sentence: ReadSentence,
  sex: 'M' | 'F',
): readonly [number, number] | null {
  const named = [...sentence.places, ...sentence.mentions]
    .filter(({ ids }) => ids.every((id) => (lexicon.entity(id)?.sex ?? sex) !== sex))
    .toSorted((a, b) => a.start - b.start)[0];
  if (named !== undefined) return [named.start, named.end];
  const other = sex === 'M' ? FEMALE : MALE;
  const word = sentence.words.find(
    ({ fold }, index) =>
      other.has(fold) &&
      !['dr', 'doctor', 'nurse', 'colleague'].includes(sentence.words[index + 1]?.fold ?? ''),
  );
  return word === undefined ? null : [word.start, word.end];
}

/** 'He', 'her' of the other sex where no other person is spoken of, in the sentence or the one before. */
function pronoun(
  sentence: ReadSentence,
  before: ReadSentence | undefined,
  sex: 'M' | 'F',
): readonly [number, number] | null {
  const people = [sentence, before].some((one) => one?.words.some(({ fold }) => PEOPLE.has(fold)));
  if (people) return null;
  const other = new Set(sex === 'M' ? ['she', 'her', 'hers'] : ['he', 'hi', 'him']);
  // 'His' folds as a plural would.
  const word = sentence.words.find(
    ({ fold, raw }) => other.has(fold) && raw !== 'Hi' && raw !== 'HIS' && raw !== 'HE',
  );
  return word === undefined ? null : [word.start, word.end];
}

const PEOPLE = new Set(
  'dr mr mrs m miss prof professor doctor surgeon physician nurse registrar consultant team clinician referrer colleague radiologist resident house sister gp bundle spr sho officer midwife on-call'.split(
    ' ',
  ),
);

const RELATIVES = new Set(
  'mother father sister brother grandmother grandfather aunt uncle cousin family maternal paternal daughter son wife husband partner'.split(
    ' ',
  ),
);

function hasRelative({ words }: ReadSentence): boolean {
  return words.some(({ fold }) => RELATIVES.has(fold));
}

const ELSEWHERE = new Set(
  'recommend recommended suggest suggested advise advised compared comparison prior previous previously referral refer correlate correlation correlated requested request follow history known removed excised absent imaged included covered radiating status post since after dedicated arrange arranged planned separate separately primary antigen pending'.split(
    ' ',
  ),
);

/** Parts of the body that cannot be on such an examination. One warning a report: the first place. */
export function checkBodyPart(context: CheckContext): ReportWarning[] {
  const regions = regionsOf(context.input.study.bodyPart ?? '', context.lexicon);
  if (regions === null) return [];
  for (const sentence of context.report.sentences) {
    if (!['findings', 'impression', 'title', 'technique'].includes(sentence.section)) continue;
    if (sentence.section !== 'title' && sentence.section !== 'technique' && namesOther(context, sentence))
      continue;
    const ambiguous = context.lexicon.notes;
    const own = ownRegionsOf(context.input.study.bodyPart ?? '');
    const here = sentence.places.filter((place) => !isElsewhere(sentence, place));
    const named = here.find((place) => namesExamination(sentence, place) && isOutside(context, place, own));
    if (named !== undefined) return [outsideWarning(context, named)];
    const seen = here.map((place) => ({
      place,
      outside: place.ids.every((id) => {
        const own = context.lexicon.entity(id)?.regions ?? levelRegions(id);
        return own !== undefined && own.length > 0 && !own.some((region) => regions.has(region));
      }),
    }));
    // 'CT chest, abdomen and pelvis': a heading that names the study's own part too is of a wider examination.
    const heading = sentence.section === 'title' || sentence.section === 'technique';
    const spine = heading && regions.has('spine') && /spine/i.test(context.input.study.bodyPart ?? '');
    if (
      spine &&
      seen.length > 0 &&
      !seen.some(({ place }) =>
        place.ids.some(
          (id) =>
            (context.lexicon.entity(id)?.regions ?? []).some((region) => region.endsWith('spine')) ||
            id.startsWith('level:'),
        ),
      )
    ) {
      const place = seen[0]?.place;
      if (place !== undefined) return [outsideWarning(context, place)];
    }
    if (heading && seen.some(({ outside }) => !outside)) continue;
    const first = seen.find(({ place, outside }) => {
      if (!outside) return false;
      const mention = sentence.mentions.find(({ from, to }) => from <= place.from && to >= place.to);
      if (
        mention !== undefined &&
        (mention.assertion.historical || mention.assertion.hypothetical || mention.assertion.family)
      )
        return false;
      if (heading) return true;
      const hit = ambiguous.at(sentence.words, place.from);
      return !(hit !== null && hit.values.includes('ambiguousAnatomy') && hit.to >= place.to);
    });
    if (first === undefined) continue;
    return [outsideWarning(context, first.place)];
  }
  return [];
}

/** Whether the clause of a place speaks of what was or will be, or of another examination. */
function isElsewhere({ words }: ReadSentence, place: Place): boolean {
  const isBreak = ({ gap }: { readonly gap: string }): boolean => gap === ',' || gap === '-';
  const start = Math.max(0, words.slice(0, place.from + 1).findLastIndex(isBreak));
  const stop = words.slice(place.to).findIndex(isBreak);
  return words
    .slice(start, stop === -1 ? words.length : place.to + stop)
    .some(({ fold, raw }) => ELSEWHERE.has(fold) || ELSEWHERE.has(raw.toLowerCase()));
}

/** 'Normal ankle radiographs', 'MRI of the cervical spine': the words name the examination itself. */
function namesExamination({ words }: ReadSentence, place: Place): boolean {
  const after = words[place.to];
  const before = words.slice(Math.max(0, place.from - 3), place.from).map(({ raw }) => raw);
  return (
    (after !== undefined && after.gap === '' && EXAMINATION.test(after.raw)) ||
    (before.some((raw) => EXAMINATION.test(raw)) && before.some((raw) => /^of$/i.test(raw)))
  );
}

const EXAMINATION = /^(?:radiographs?|films?|x|CT|MRI|MR|ultrasound|mammograms?|scans?|tomogram)$/i;

function isOutside({ lexicon }: CheckContext, place: Place, own: ReadonlySet<string>): boolean {
  if (own.size === 0) return false;
  return place.ids.every((id) => {
    const regions = lexicon.entity(id)?.regions ?? [];
    return regions.length > 0 && !regions.some((region) => own.has(region));
  });
}

/** 'Her pelvic ultrasound is noted' on a film: a sentence that names another examination speaks of that one. */
function namesOther({ input }: CheckContext, { words }: ReadSentence): boolean {
  const own = input.study.modality ?? '';
  return words.some(({ fold, raw }) => {
    const modalities = EXAMINATIONS[fold] ?? EXAMINATIONS[raw];
    return modalities !== undefined && !modalities.includes(own);
  });
}

const EXAMINATIONS: Readonly<Record<string, readonly string[]>> = {
  ultrasound: ['US'],
  sonography: ['US'],
  USS: ['US'],
  mammogram: ['MG'],
  mammography: ['MG'],
  scintigraphy: ['NM', 'PT'],
  MRI: ['MR'],
  colonoscopy: [],
  endoscopy: [],
  gastroscopy: [],
  bronchoscopy: [],
  cystoscopy: [],
  arthroscopy: [],
  echocardiogram: [],
  echocardiography: [],
};

function outsideWarning(context: CheckContext, { start, end }: Place): ReportWarning {
  return warning(
    'bodyPart',
    [start, end],
    `"${context.report.text.slice(start, end)}" is not part of this examination (${context.input.study.bodyPart ?? ''}). Check that text and study belong together.`,
  );
}

function levelRegions(id: string): readonly string[] | undefined {
  const letter = /^level:([CTLS])/.exec(id)?.[1];
  if (letter === undefined) return undefined;
  return letter === 'C' ? ['cspine', 'neck', 'head', 'spine'] : undefined;
}

/** Results that somebody must be told at once, without words that somebody was. */
export function checkCritical(context: CheckContext): ReportWarning[] {
  const told = context.report.sentences.some((_sentence, index) => {
    const notes = context.report.notes[index] ?? [];
    return (
      notes.some(({ values }) => values.includes('communicated')) &&
      !notes.some(({ values }) => values.includes('notCommunicated'))
    );
  });
  if (told) return [];
  const critical = context.mentions.find((mention) => {
    const { assertion } = mention;
    if (assertion.negated || assertion.hypothetical || assertion.historical || assertion.chronic)
      return false;
    if (context.lexicon.is(mention.ids[0], 'critical')) return true;
    if (isLarge(context, mention)) return true;
    return (
      !isMinor(context, mention) &&
      qualified(context, mention.ids, context.report.sentences[mention.sentence], mention.from, mention.to)
    );
  });
  if (critical === undefined) return [];
  const words = context.report.text.slice(critical.start, critical.end);
  return [
    warning(
      'critical',
      [critical.start, critical.end],
      `"${words}" is a critical result, and the text does not say to whom and when it was communicated.`,
    ),
  ];
}

/** A rim of 2 cm makes a pneumothorax large (British Thoracic Society, 2010), in millimetres. */
const LARGE_RIM = 20;

function isLarge({ lexicon, report }: CheckContext, mention: Mention): boolean {
  if (!mention.ids.some((id) => lexicon.above(id).has('pneumothorax'))) return false;
  const words = report.sentences[mention.sentence]?.words ?? [];
  return sizesIn(words).some(({ mm }) => (mm[0] ?? 0) >= LARGE_RIM);
}

/** Findings that are critical only with certain words beside them. */
const QUALIFIED: readonly (readonly [string, RegExp])[] = [
  ['pneumothorax', /\b(?:tension|large|massive|mediastinal shift|complete collapse|tracheal deviation)\b/i],
  ['infarct', /\b(?:acute|hyperacute|evolving|early)\b/i],
  ['aortic-aneurysm', /(?<!\b(?:no|without|not)\b.{0,24})\b(?:ruptur\w*|leak\w*|contained)\b/i],
  ['vertebral-fracture', /\b(?:unstable|retropuls\w*|burst)\b.*\b(?:unstable|cord|canal)\b/i],
  ['fracture', /\bunstable\b/i],
  ['filling-defect', /\b(?:pulmonary|lobar|segmental|subsegmental|lobe)\b/i],
  ['bowel-obstruction', /\b(?:closed[- ]loop|strangulat\w*|ischa?em\w*)\b/i],
  [
    'hemorrhage',
    /\b(?:intracranial|cerebral|intracerebral|brain|active|basal ganglia|subarachnoid|subdural|thalam\w*|pontine|cerebellar|intraventricular)\b/i,
  ],
  ['contusion', /\b(?:cerebral|brain|ha?emorrhagic)\b/i],
  ['hyperdensity', /\bacute (?:blood|ha?emorrhage)\b/i],
];

function qualified(
  context: CheckContext,
  ids: readonly string[],
  sentence: ReadSentence | undefined,
  from: number,
  to: number,
): boolean {
  const first = ids[0];
  if (first === undefined || sentence === undefined) return false;
  const start = sentence.words[Math.max(0, from - 8)]?.start ?? sentence.start;
  const end = sentence.words[Math.min(sentence.words.length - 1, to + 7)]?.end ?? sentence.end;
  const text = context.report.text.slice(start, end);
  const brain = regionsOf(context.input.study.bodyPart ?? '', context.lexicon)?.has('head') ?? false;
  const bleeding =
    context.lexicon.above(first).has('hemorrhage') || context.lexicon.above(first).has('hematoma');
  if (
    brain &&
    bleeding &&
    !/\b(?:scalp|subgaleal|extracranial|orbit\w*|neck|thyroid|chronic|subcutaneous|soft tissue)\b/i.test(
      text,
    ) &&
    !context.lexicon.above(first).has('swelling') &&
    /\b(?:head|brain|skull)\b/i.test(context.input.study.bodyPart ?? '')
  )
    return true;
  return QUALIFIED.some(([id, pattern]) => context.lexicon.above(first).has(id) && pattern.test(text));
}
