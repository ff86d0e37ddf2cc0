import { randomUUID } from 'node:crypto';
import type { Extracted, ReadMessage } from '../domain/hl7/extract.ts';
import { type Candidates, type Filing, matchStudies } from '../domain/hl7/match-studies.ts';
import { OverreadError, Refused } from '../shared/errors.ts';
import type { FiledMessage, FiledWith, MessageOutcome, StudyFacts } from '../shared/hl7.ts';
import type { Clock, Store } from '../shared/ports.ts';
import type { MessageOfFile } from './read-hl7.ts';

export interface FilingParts {
  readonly store: Store;
  readonly clock: Clock;
}

export interface FilingOptions {
  /** The one study that comes into question; null: every one here. */
  readonly study: string | null;
  /** Who pasted it, for whom alone it then is; null for an import, which is for every reader. */
  readonly readerId: string | null;
  /** Asked of each filing before it is kept; throws what keeps it out. */
  readonly admit?: (filing: Filing, part: Extracted) => void;
}

/**
 * Files a message with the studies to which it belongs, each part of it in one transaction with its entries of the trail. The same message again
 * changes nothing (MSH-10 and content); a later version is kept beside the earlier one.
 *
 * @throws Refused `study-unknown` for a named study that is not here
 */
export function fileMessage(
  parts: FilingParts,
  message: MessageOfFile,
  options: FilingOptions,
): Omit<MessageOutcome, 'path'> {
  const { line, type, controlId, read } = message;
  const about = { line, type, controlId };
  if (read instanceof OverreadError)
    return { ...about, status: 'refused', code: read.code, reason: read.message, notes: [], studies: [] };
  const studies: FiledWith[] = [];
  const notes = new Set<string>();
  let refusal: OverreadError | null = null;
  read.parts.forEach((part, index) => {
    try {
      const filed = parts.store.transaction(() => filePart(parts, message, read, part, index, options));
      studies.push(...filed.studies);
      for (const note of filed.notes) notes.add(note);
    } catch (thrown) {
      if (!(thrown instanceof OverreadError) || thrown.type !== 'refused' || thrown.code === 'study-unknown')
        throw thrown;
      refusal ??= thrown;
    }
  });
  const refused = refusal as OverreadError | null;
  return {
    ...about,
    status: refused !== null ? 'refused' : studies.some(({ before }) => !before) ? 'filed' : 'duplicate',
    code: refused?.code ?? null,
    reason:
      refused === null
        ? null
        : read.parts.length === 1
          ? refused.message
          : `One of ${String(read.parts.length)} examinations of the message: ${refused.message}`,
    notes: [...notes],
    studies,
  };
}

function filePart(
  { store, clock }: FilingParts,
  message: MessageOfFile,
  read: ReadMessage,
  part: Extracted,
  index: number,
  { study, readerId, admit }: FilingOptions,
): { studies: FiledWith[]; notes: string[] } {
  const filings = matchStudies(part, read.patient, candidatesOf(store, read, part, study));
  const notes = [...part.content.notes];
  const studies: FiledWith[] = [];
  for (const filing of filings) {
    const { studyInstanceUID } = filing.study;
    const key = {
      studyInstanceUID,
      readerId,
      controlId: read.header.controlId,
      sha256: message.sha256,
      part: index,
    };
    // First: whether there is an earlier version is not for a reader who may not see it.
    admit?.(filing, part);
    if (part.content.state === 'withdrawn' && !hasEarlier(store, studyInstanceUID, readerId, part)) continue;
    notes.push(...filing.notes);
    const before = store.messages.has(key);
    studies.push({ studyInstanceUID, as: filing.as, matchedBy: filing.matchedBy, before });
    if (before) continue;
    const filed: FiledMessage = {
      ...key,
      id: randomUUID(),
      filedAt: clock.now(),
      content: {
        ...part.content,
        // Two that nothing names must not replace each other.
        chain: part.content.chain === '' ? `${message.sha256} ${String(index)}` : part.content.chain,
        own: filing.as === 'own-report',
        matchedBy: filing.matchedBy,
        otherExam: filing.otherExam,
        perhapsOwn: filing.perhapsOwn,
        notes: [...part.content.notes, ...filing.notes],
      },
    };
    const rowSha256 = store.messages.add(filed);
    store.audit.append({
      actor: readerId ?? 'operator',
      action: 'file-message',
      studyInstanceUID,
      // Without its words, as with a note.
      detail: {
        messageId: filed.id,
        as: filing.as,
        type: part.content.type,
        messageSha256: message.sha256,
        characters: part.content.text.length,
        rowSha256,
        ...(readerId === null ? {} : { pasted: true }),
      },
    });
  }
  if (studies.length === 0) {
    throw new Refused(
      'hl7-cancelled',
      `Its sender cancelled the order or took the report back (ORC-1, OBR-25, OBX-11, TXA-19), and no earlier version of it is here: there is nothing to file or to take back.`,
    );
  }
  return { studies, notes };
}

function hasEarlier(store: Store, study: string, readerId: string | null, { content }: Extracted): boolean {
  if (content.chain === '') return false;
  return store.messages
    .of(study, readerId)
    .some((known) => known.content.chain === content.chain && (readerId !== null || known.readerId === null));
}

/** Studies that may be the message's. */
function candidatesOf(
  store: Store,
  { patient }: ReadMessage,
  { exam }: Extracted,
  study: string | null,
): Candidates {
  const { messages } = store;
  const once = (all: readonly StudyFacts[]): StudyFacts[] => [
    ...new Map(all.map((one) => [one.studyInstanceUID, one])).values(),
  ];
  return {
    byUid: once(exam.studyUIDs.flatMap(({ value }) => messages.studiesBy('uid', value))),
    byNumber: once(exam.numbers.flatMap(({ value }) => messages.studiesBy('accession', value))),
    byPatient: once(patient.ids.flatMap(({ value }) => messages.studiesBy('patient', value))),
    named: study === null ? null : messages.facts(study),
  };
}
