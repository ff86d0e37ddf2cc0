import { isStudyUid } from './exam.ts';
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
import { codedText, observationText } from './observation.ts';
import { refusedAt } from './place.ts';
import { isGone, lessCertain, type ReportState, type Status, statusOf } from './status.ts';
import { lastDayOf, type Stamp, stampOf } from './time.ts';

/** One report, as its sender wrote it. */
export interface ReportText {
  readonly procedure: string;
  readonly text: string;
  readonly state: ReportState | 'withdrawn';
  /** When the examination was; null where that is not stated. */
  readonly examined: Stamp | null;
  /** The latest time that the report states of itself, the examination's included; null where it states none. */
  readonly latest: Stamp | null;
  readonly notes: readonly string[];
}

/** Parts of a report by the suffix of OBX-3 (chapter 4, 'GDT', 'IMP', 'ADT') or by LOINC. */
const HEADINGS: Readonly<Record<string, string>> = {
  IMP: 'IMPRESSION',
  '19005-8': 'IMPRESSION',
  ADT: 'ADDENDUM',
  '55107-7': 'ADDENDUM',
  REC: 'RECOMMENDATION',
  '18783-1': 'RECOMMENDATION',
  '59776-5': 'FINDINGS',
  '11329-0': 'HISTORY',
  '18785-6': 'INDICATION',
  '55111-5': 'TECHNIQUE',
  '18834-2': 'COMPARISON',
};
/** Types of OBX-2 that are documents, or addresses of them. */
const NO_TEXT = new Set(['ED', 'RP']);
/** A line whose words are not spoken of: general text, a whole report. */
const BARE = new Set(['GDT', 'TXT', '18748-4', '11528-7', '18782-3']);

/**
 * The text of a report: OBX-5 of every line in its order, under headings where the parts of the report are told apart, and what is said of its
 * state. Lines that the sender deleted or called wrong are left out.
 *
 * @throws Refused `hl7-encapsulated` where all of it is a document within the message, `hl7-no-result`, `hl7-no-text`, `hl7-status`
 */
export function reportText(message: Hl7Message, group: readonly Segment[]): ReportText {
  const notes: string[] = [];
  const lines: string[] = [];
  const lineStates: Status[] = [];
  let encapsulated: Segment | null = null;
  let heading = '';
  const observations = group.filter(({ name }) => name === 'OBX').filter((obx) => !isStudyUid(message, obx));
  const several =
    new Set(
      observations
        .filter((obx) => isThere(obx, 5) && !NO_TEXT.has(value(message, obx, 2).toUpperCase()))
        .map((obx) => headingOf(message, obx)),
    ).size > 1;
  for (const obx of observations) {
    const status = statusOf('OBX-11', value(message, obx, 11), placeOf(obx, 11));
    const { text, note, encapsulated: isDocument } = observationText(message, obx);
    if (note !== null) notes.push(note);
    if (isDocument) encapsulated ??= obx;
    lineStates.push(status);
    if (status === 'withdrawn' || status === 'no-result') {
      if (text.trim() !== '')
        notes.push(`OBX ${String(obx.number)} is left out: its status (OBX-11) says that it does not hold.`);
      continue;
    }
    if (isDocument) continue;
    const head = headingOf(message, obx);
    if (several && head !== heading && head !== '' && text.trim() !== '' && !startsWith(text, head))
      lines.push(`${lines.length === 0 ? '' : '\n'}${head}:`);
    if (text.trim() !== '') heading = head;
    lines.push(text);
  }
  const notesBelow = group
    .filter(({ name }) => name === 'NTE')
    .flatMap((nte) =>
      repetitions(message, nte, 3).map((one) => plain(message, one, placeOf(nte, 3)).trimEnd()),
    )
    .filter((text) => text.trim() !== '');
  if (notesBelow.length > 0) lines.push(`\nNotes:`, ...notesBelow);
  const text = lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  const state = stateOf(message, group, lineStates, notes);
  const requests = group.filter(({ name }) => name === 'OBR');
  if (state !== 'withdrawn' && text === '') {
    const [obr] = requests;
    const place =
      encapsulated === null ? (obr === undefined ? {} : placeOf(obr, 4)) : placeOf(encapsulated, 5);
    throw encapsulated === null
      ? refusedAt('hl7-no-text', place, 'the report holds no text (OBX-5 of TX, FT, ST, CE or CWE).')
      : refusedAt(
          'hl7-encapsulated',
          place,
          `the report is no text: ${notes.find((note) => note.includes('encapsulated') || note.includes('pointer')) ?? 'it is a document.'} Have the sender write its text in OBX-5 (TX or FT).`,
        );
  }
  const procedure = requests
    .flatMap((obr) => repetitions(message, obr, 4).map((one) => codedText(message, one, placeOf(obr, 4))))
    .filter((words, at, all) => words !== '' && all.indexOf(words) === at);
  const times = timesOf(message, group, notes);
  return {
    procedure: procedure.join('; ') || documentType(message, group),
    text: state === 'withdrawn' ? '' : text,
    state,
    notes: [...new Set(notes)],
    ...times,
  };
}

function startsWith(text: string, head: string): boolean {
  return text.trimStart().toLowerCase().startsWith(head.toLowerCase());
}

function headingOf(message: Hl7Message, obx: Segment): string {
  const [named] = repetitions(message, obx, 3);
  if (named === undefined) return '';
  const place = placeOf(obx, 3);
  const code = component(message, named, 1, place);
  const suffix = component(message, named, 1, place, 2);
  for (const one of [suffix, code]) {
    const head = HEADINGS[one.toUpperCase()];
    if (head !== undefined) return head;
    if (BARE.has(one.toUpperCase())) return '';
  }
  return component(message, named, 2, place) || component(message, named, 5, place);
}

function documentType(message: Hl7Message, group: readonly Segment[]): string {
  const txa = group.find(({ name }) => name === 'TXA');
  if (txa === undefined) return '';
  const [type] = repetitions(message, txa, 2);
  return type === undefined ? '' : codedText(message, type, placeOf(txa, 2));
}

function stateOf(
  message: Hl7Message,
  group: readonly Segment[],
  lines: readonly Status[],
  notes: string[],
): ReportState | 'withdrawn' {
  const whole: Status[] = [];
  for (const segment of group) {
    if (segment.name === 'OBR')
      whole.push(statusOf('OBR-25', value(message, segment, 25), placeOf(segment, 25)));
    if (segment.name === 'TXA') {
      if (isGone(value(message, segment, 19))) whole.push('withdrawn');
      whole.push(statusOf('TXA-17', value(message, segment, 17), placeOf(segment, 17)));
    }
  }
  if (whole.includes('withdrawn')) return 'withdrawn';
  if (lines.length > 0 && lines.every((one) => one === 'withdrawn')) return 'withdrawn';
  if (whole.includes('no-result') || (lines.length > 0 && lines.every((one) => one === 'no-result'))) {
    const [segment] = group;
    throw refusedAt(
      'hl7-no-result',
      segment === undefined
        ? {}
        : { line: segment.line, segment: `${segment.name} ${String(segment.number)}` },
      'its status says that there is no result (yet). Import the report when it is written.',
    );
  }
  const counted = (all: readonly Status[]): ReportState =>
    all
      .filter((one): one is ReportState => one !== 'withdrawn' && one !== 'no-result')
      .reduce(lessCertain, 'not-stated');
  const [ofWhole, ofLines] = [counted(whole), counted(lines)];
  const state = lessCertain(ofWhole, ofLines);
  if (
    ofWhole !== 'not-stated' &&
    ofLines !== 'not-stated' &&
    lessCertain(ofWhole, 'final') !== lessCertain(ofLines, 'final')
  )
    notes.push(
      'The status of the report and that of its lines (OBX-11) differ: the less certain one is told.',
    );
  return state;
}

function timesOf(
  message: Hl7Message,
  group: readonly Segment[],
  notes: string[],
): Pick<ReportText, 'examined' | 'latest'> {
  let examined: Stamp | null = null;
  let latest: Stamp | null = null;
  const look = (segment: Segment, field: number, isExam: boolean): void => {
    const text = value(message, segment, field);
    if (text === '') return;
    const stamp = stampOf(text);
    if (stamp === null) {
      notes.push(`${segment.name}-${String(field)} is no date.`);
      return;
    }
    if (isExam && (examined === null || stamp.order > examined.order)) examined = stamp;
    if (latest === null || lastDayOf(stamp.date) > lastDayOf(latest.date)) latest = stamp;
  };
  for (const segment of group) {
    if (segment.name === 'OBR') {
      look(segment, 7, true);
      look(segment, 8, false);
      look(segment, 22, false);
    }
    if (segment.name === 'TXA') for (const field of [4, 6, 7, 8]) look(segment, field, field === 4);
    if (segment.name === 'OBX') look(segment, 14, false);
  }
  return { examined, latest };
}
