import {
  component,
  type Hl7Message,
  isThere,
  placeOf,
  plain,
  repetitions,
  type Segment,
  value,
} from './message.ts';
import { isStudyUid } from './exam.ts';
import { codedText, observationText } from './observation.ts';

/** What an order asks and why. */
export interface OrderText {
  readonly procedure: string;
  readonly text: string;
  /** The sender cancelled or discontinued it. */
  readonly withdrawn: boolean;
  /** Words were left out, since there is a result of which they may tell. */
  readonly cut: boolean;
  readonly notes: readonly string[];
}

/** Table 0119: cancelled, discontinued, cannot be done, as asked or by the filler. */
const CANCELLED = new Set(['CA', 'DC', 'CR', 'DR', 'OC', 'OD', 'UA']);
/** Table 0123: there is a result, whole or in part. Words that came with it may tell of it. */
const RESULTED = new Set(['F', 'C', 'P', 'R', 'A', 'M']);
/** Table 0038: completed, some results. */
const RESULTED_STATUS = new Set(['CM', 'A']);
/** Suffixes and codes of OBX-3 that are parts of a report. */
const PARTS_OF_REPORT = new Set([
  'GDT',
  'IMP',
  'ADT',
  'REC',
  'TXT',
  '18748-4',
  '11528-7',
  '18782-3',
  '59776-5',
  '19005-8',
]);
/** Table 0128. */
const SEVERITIES: Readonly<Record<string, string>> = { SV: 'severe', MO: 'moderate', MI: 'mild', U: '' };
/** Table 0038: cancelled, discontinued. */
const CANCELLED_STATUS = new Set(['CA', 'DC']);

/**
 * The clinical words of one order, each under what it is.
 *
 * @param before segments of the patient, ahead of every order
 */
export function orderText(
  message: Hl7Message,
  group: readonly Segment[],
  before: readonly Segment[],
): OrderText {
  const notes: string[] = [];
  const lines: string[] = [];
  const say = (head: string, text: string): void => {
    const line = text === '' ? '' : `${head}: ${text}`;
    if (line !== '' && !lines.includes(line)) lines.push(line);
  };
  const each = (name: string, work: (segment: Segment) => void): void => {
    for (const segment of [...group, ...before]) if (segment.name === name) work(segment);
  };
  const coded = (segment: Segment, field: number): string =>
    repetitions(message, segment, field)
      .map((one) => codedText(message, one, placeOf(segment, field)))
      .filter((text) => text !== '')
      .join('; ');
  const free = (segment: Segment, field: number): string =>
    repetitions(message, segment, field)
      .map((one) => plain(message, one, placeOf(segment, field)).trim())
      .filter((text) => text !== '')
      .join('\n');

  const procedures = group
    .filter(({ name }) => name === 'OBR')
    .map((obr) => coded(obr, 4))
    .filter((text) => text !== '');
  each('OBR', (obr) => say('Reason for study', coded(obr, 31)));
  // ST of old, CWE of late versions.
  each('OBR', (obr) =>
    say('Relevant clinical information', isCoded(message, obr, 13) ? coded(obr, 13) : free(obr, 13)),
  );
  each('ORC', (orc) => say('Reason for the order', coded(orc, 16)));
  each('DG1', (dg1) => {
    const named = coded(dg1, 3);
    const described = value(message, dg1, 4);
    say(
      'Diagnosis',
      described === '' || named.includes(described)
        ? named
        : named === ''
          ? described
          : `${described} (${named})`,
    );
  });
  const hasResult = group.some((segment) => tellsResult(message, segment));
  if (hasResult)
    notes.push(
      'The order says that there is a result (ORC-1, ORC-5, OBR-25 or OBX-3): notes (NTE) and observations (OBX) are left out.',
    );
  each('NTE', (nte) => {
    if (!hasResult) say('Note', free(nte, 3));
  });
  each('OBX', (obx) => {
    if (hasResult || isStudyUid(message, obx)) return;
    const { name, text, note } = observationText(message, obx);
    if (note !== null) notes.push(note);
    say(name === '' ? 'Observation' : name, text);
  });
  each('OBR', (obr) => say('Danger', coded(obr, 12)));
  each('AL1', (al1) => {
    const severity = coded(al1, 4);
    const more = [SEVERITIES[severity.toUpperCase()] ?? severity, coded(al1, 5)]
      .filter((text) => text !== '')
      .join(', ');
    const allergen = coded(al1, 3);
    say('Allergy', allergen === '' || more === '' ? allergen || more : `${allergen} (${more})`);
  });
  const withdrawn = group.some(
    (segment) =>
      segment.name === 'ORC' &&
      (CANCELLED.has(value(message, segment, 1).toUpperCase()) ||
        CANCELLED_STATUS.has(value(message, segment, 5).toUpperCase())),
  );
  return { procedure: procedures.join('; '), text: lines.join('\n'), withdrawn, cut: hasResult, notes };
}

/** Whether a field that was free text in old versions is a code with its words here. */
function isCoded(message: Hl7Message, segment: Segment, field: number): boolean {
  if (!isThere(segment, field)) return false;
  const place = placeOf(segment, field);
  return repetitions(message, segment, field).every((one) => {
    const system = component(message, one, 3, place);
    return component(message, one, 2, place) !== '' && /^[A-Z0-9-]{1,12}$/.test(system);
  });
}

/** Whether a segment of an order says that the examination is read, or is a part of a report itself. */
function tellsResult(message: Hl7Message, segment: Segment): boolean {
  const code = (field: number): string => value(message, segment, field).toUpperCase();
  if (segment.name === 'OBR') return RESULTED.has(code(25));
  if (segment.name === 'ORC') return code(1) === 'RE' || RESULTED_STATUS.has(code(5));
  if (segment.name !== 'OBX') return false;
  const [named] = repetitions(message, segment, 3);
  if (named === undefined) return false;
  const place = placeOf(segment, 3);
  return [1, 2].some((sub) => PARTS_OF_REPORT.has(component(message, named, 1, place, sub).toUpperCase()));
}
