import { LIMITS } from './limits.ts';
import { component, type Hl7Message, isThere, placeOf, repetitions, type Segment, value } from './message.ts';
import { refusedAt } from './place.ts';

/** An identifier by which a message names an examination. */
export interface ExamId {
  /** 'OBR-18'. */
  readonly field: string;
  readonly value: string;
}

/** How a message names the examinations that it is about. */
export interface Exam {
  readonly studyUIDs: readonly ExamId[];
  /** Accession, filler and placer numbers, the likeliest first. */
  readonly numbers: readonly ExamId[];
  /** Every value of the segments of orders, folded: an accession number in a field where none is looked for still tells. */
  readonly mentioned: ReadonlySet<string>;
}

/** Where accession numbers stand: IHE puts them into OBR-18 and IPC-1; others use their filler's or placer's number. */
const NUMBERS: readonly (readonly [segment: string, field: number])[] = [
  ['OBR', 18],
  ['IPC', 1],
  ['OBR', 3],
  ['ORC', 3],
  ['TXA', 15],
  ['OBR', 2],
  ['ORC', 2],
  ['TXA', 14],
];

/** Codes of DICOM under which an observation gives the Study Instance UID. */
const UID_CODES = new Set(['110180', '113014']);

/** Whether an observation is the study's UID, and no text. */
export function isStudyUid(message: Hl7Message, obx: Segment): boolean {
  const [name] = repetitions(message, obx, 3);
  if (name === undefined) return false;
  const place = placeOf(obx, 3);
  return UID_CODES.has(component(message, name, 1, place)) && component(message, name, 3, place) === 'DCM';
}

/**
 * Reads what names the examination in one group of a message; a study's UID beside all groups counts for each.
 *
 * @throws Refused `hl7-too-long` for more numbers than `LIMITS.identifiers`, and what reading a field throws
 */
export function examOf(message: Hl7Message, group: readonly Segment[], beside: readonly Segment[]): Exam {
  const studyUIDs: ExamId[] = [];
  const numbers: ExamId[] = [];
  const add = (to: ExamId[], field: string, text: string): void => {
    if (text === '' || to.some((one) => one.value === text)) return;
    if (to.length >= LIMITS.identifiers) {
      throw refusedAt(
        'hl7-too-long',
        { field },
        `the order names its examination by more than ${String(LIMITS.identifiers)} numbers: each would be looked for.`,
      );
    }
    to.push({ field, value: text });
  };
  for (const segment of [...group, ...beside]) {
    const { name } = segment;
    if (name === 'IPC') add(studyUIDs, 'IPC-3', value(message, segment, 3));
    if (name === 'ZDS') add(studyUIDs, 'ZDS-1', value(message, segment, 1));
    if (name === 'OBX' && isStudyUid(message, segment)) add(studyUIDs, 'OBX-5', value(message, segment, 5));
  }
  for (const [name, field] of NUMBERS) {
    for (const segment of group) {
      if (segment.name !== name || !isThere(segment, field)) continue;
      for (const one of repetitions(message, segment, field))
        add(numbers, `${name}-${String(field)}`, component(message, one, 1, placeOf(segment, field)));
    }
  }
  return {
    mentioned: mentionedIn(message, group),
    studyUIDs: studyUIDs.filter(({ value: uid }) => /^[0-9.]{3,64}$/.test(uid)),
    numbers,
  };
}

const OF_ORDERS = new Set(['ORC', 'OBR', 'TXA', 'IPC', 'ZDS']);

function mentionedIn({ delimiters }: Hl7Message, group: readonly Segment[]): Set<string> {
  const { component: by, repetition, subcomponent } = delimiters;
  const found = new Set<string>();
  for (const { name, fields } of group) {
    if (!OF_ORDERS.has(name)) continue;
    for (const field of fields) {
      // A number is short; a text in these fields is no number.
      for (const part of field
        .slice(0, 2_000)
        .split(by)
        .flatMap((one) => one.split(repetition))) {
        for (const one of part.split(subcomponent)) if (one.trim() !== '') found.add(foldNumber(one));
      }
    }
  }
  return found;
}

/** A number without signs, spaces and leading zeros: how houses write one number differently. */
export function foldNumber(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .replace(/^0+(?=.)/, '');
}
