import type { FiledContent } from '../../shared/hl7.ts';
import { type Exam, examOf } from './exam.ts';
import { groupsOf } from './groups.ts';
import { type Header, headerOf } from './header.ts';
import { type Hl7Message, placeOf, type Segment, value } from './message.ts';
import { orderText } from './order.ts';
import { type MessagePatient, patientOf } from './patient.ts';
import { refusedAt } from './place.ts';
import { reportText } from './report.ts';
import { CONTEXT_LIMIT } from '../../shared/clinical-context.ts';

/** What a message says of one examination, before it is known of which study. */
export interface Extracted {
  readonly exam: Exam;
  /** `chain` is empty where the message has nothing by which a later version could be told. */
  readonly content: Omit<FiledContent, 'own' | 'matchedBy' | 'otherExam' | 'perhapsOwn'>;
}

export interface ReadMessage {
  readonly header: Header;
  readonly patient: MessagePatient;
  /** One for each examination that the message has words of. */
  readonly parts: readonly Extracted[];
}

/**
 * Reads an order or report: whose it is, which examinations it is about, and its words.
 *
 * @throws Refused `hl7-type`, `hl7-no-patient`, `hl7-several-patients`, `hl7-no-order`, `hl7-no-text`, `hl7-no-result`, `hl7-status`,
 * `hl7-encapsulated`, `text-too-long` and what reading a field throws
 */
export function readMessage(message: Hl7Message): ReadMessage {
  const header = headerOf(message);
  const patient = patientOf(message);
  const { before, orders, beside } = groupsOf(message, header.type.startsWith('MDM'));
  if (orders.length === 0) {
    throw refusedAt(
      'hl7-no-order',
      {},
      `the message has no ${header.kind === 'order' ? 'order (ORC or OBR)' : 'report (OBR, or TXA in MDM)'}: there is nothing to read in it, or its end is lost.`,
    );
  }
  const early = header.kind === 'report' ? before.find(({ name }) => name === 'OBX') : undefined;
  if (early !== undefined) {
    throw refusedAt(
      'hl7-segment',
      placeOf(early, 5),
      'it stands before the OBR (or TXA) of the report to which it should belong: whose text it is cannot be told.',
    );
  }
  const groups = header.kind === 'report' ? withoutEmpty(orders) : orders.map((group) => [group]);
  const parts = groups.map((joined, at) => {
    const group = joined.flat();
    const said = header.kind === 'order' ? saidOfOrder(message, group, before) : saidOfReport(message, group);
    if (said.text.length > CONTEXT_LIMIT) {
      throw refusedAt(
        'text-too-long',
        {},
        `the text holds ${String(said.text.length)} characters; at most ${String(CONTEXT_LIMIT)} are kept.`,
      );
    }
    const exam = examOf(message, group, beside);
    const { application, facility, type, sent } = header;
    return {
      exam,
      content: {
        kind: header.kind,
        type,
        application,
        facility,
        sent: sent === null ? '' : `${sent.date} ${sent.time}`.trim(),
        order: sent?.order ?? '',
        chain: chainOf(message, header, group, exam) ?? aloneOf(header, at),
        ...said,
        notes: [
          ...message.notes,
          ...header.notes,
          ...said.notes,
          ...(header.kind === 'report' && before.some(({ name }) => name === 'NTE')
            ? ['Notes about the patient (NTE ahead of the report) are left out.']
            : []),
        ],
      },
    };
  });
  return { header, patient, parts };
}

type Said = Pick<Extracted['content'], 'procedure' | 'text' | 'state' | 'examined' | 'latest' | 'notes'>;

function saidOfOrder(message: Hl7Message, group: readonly Segment[], before: readonly Segment[]): Said {
  const { procedure, text, withdrawn, cut, notes } = orderText(message, group, before);
  if (!withdrawn && text === '' && procedure === '') {
    throw refusedAt(
      'hl7-no-text',
      {},
      'the order names no examination and has no clinical words (OBR-4, OBR-13, OBR-31, DG1, NTE).',
    );
  }
  return {
    procedure,
    text: withdrawn ? '' : text === '' ? `Procedure: ${procedure}` : text,
    state: withdrawn ? 'withdrawn' : cut ? 'partial' : 'final',
    examined: null,
    latest: null,
    notes: [...notes],
  };
}

function saidOfReport(message: Hl7Message, group: readonly Segment[]): Said {
  const { examined, latest, notes, ...rest } = reportText(message, group);
  return { ...rest, examined: examined?.date ?? null, latest: latest?.date ?? null, notes: [...notes] };
}

/** Examinations that were reported together: one has the text, the others are named with it. */
function withoutEmpty(orders: readonly (readonly Segment[])[]): (readonly Segment[])[][] {
  const has = (group: readonly Segment[]): boolean =>
    group.some(({ name }) => name === 'OBX' || name === 'NTE' || name === 'TXA');
  const told = orders.filter(has);
  if (told.length <= 1) return [orders.toSorted((a, b) => Number(has(b)) - Number(has(a)))];
  return told.map((group) => [group]);
}

/** Without a number it is a version of nothing but the same message sent again; empty where the message has no MSH-10 either. */
function aloneOf({ application, facility, kind, controlId }: Header, part: number): string {
  return controlId === ''
    ? ''
    : [kind, application, facility, controlId, String(part), 'alone'].join('\n').toLowerCase();
}

/** What all versions of an order or report share: its number at its sender. Null where it has none. */
function chainOf(
  message: Hl7Message,
  { application, facility, kind, type }: Header,
  group: readonly Segment[],
  exam: Exam,
): string | null {
  const txa = group.find(({ name }) => name === 'TXA');
  const document = value(message, txa, 12);
  const parent = type === 'MDM^T10' ? value(message, txa, 13) : '';
  const filler = exam.numbers.find(({ field }) => /^(OBR|ORC)-3$/.test(field))?.value;
  const placer = exam.numbers.find(({ field }) => /^(OBR|ORC)-2$/.test(field))?.value;
  // An order is known to its placer first; a report to its filler.
  const numbers =
    kind === 'order' ? [placer, filler] : txa === undefined ? [filler, placer] : [parent, document];
  const number = [...numbers, exam.numbers[0]?.value].find((one) => one !== undefined && one !== '');
  return number === undefined ? null : [kind, application, facility, number].join('\n').toLowerCase();
}

/** MSH-9 and MSH-10 of a message that may be refused, from its header as it lies in the file; null where they cannot be read. */
export function labelsOf(header: string): { type: string | null; controlId: string | null } {
  const separator = header[3] ?? '|';
  // MSH-1 is the separator itself.
  const fields = header.split(separator);
  const type = (fields[8] ?? '')
    .split(header[4] ?? '^')
    .slice(0, 2)
    .join('^')
    .trim();
  const controlId = (fields[9] ?? '').trim();
  return {
    type: /^[\w^]{1,16}$/.test(type) ? type : null,
    controlId: /^[!-~][ -~]{0,198}$/.test(controlId) ? controlId : null,
  };
}
