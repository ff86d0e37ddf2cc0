import { mayBeSeenBlind, shownMessages, visibleMessages } from '../domain/hl7/shown.ts';
import type { AddMessages, ClinicalNote } from '../shared/clinical-context.ts';
import { Refused } from '../shared/errors.ts';
import type { FiledContent, FiledMessage } from '../shared/hl7.ts';
import type { Store } from '../shared/ports.ts';
import { fileMessage, type FilingParts } from './file-messages.ts';
import { readHl7 } from './read-hl7.ts';
import { casesToRead } from './trial-guard.ts';

type MessageNote = Omit<ClinicalNote, 'entities'>;

/**
 * The orders and reports that this reader may see beside a study, as texts. Until the reader has committed it, a report of the study itself is left
 * out, and so is one that is not certainly of before it; nothing tells that there is any.
 */
export function notesOfMessages(
  store: Pick<Store, 'messages' | 'reads' | 'trials' | 'trainings' | 'studies'>,
  studyInstanceUID: string,
  readerId: string,
): MessageNote[] {
  const filed = store.messages.of(studyInstanceUID, readerId);
  if (filed.length === 0) return [];
  const { date } = store.messages.facts(studyInstanceUID);
  const cases = casesToRead(store, readerId);
  const stands = {
    committed: store.reads.find(studyInstanceUID, readerId)?.status === 'committed',
    readsOwn: (message: FiledMessage) =>
      store.messages
        .ownStudies(message)
        .some(
          (own) =>
            own !== studyInstanceUID &&
            (cases.has(own) || store.reads.find(own, readerId)?.status === 'draft'),
        ),
  };
  const shown = shownMessages(filed, date, stands);
  const versions = visibleMessages(filed, date, stands);
  const ordered = shown.toSorted(
    (a, b) => rank(a) - rank(b) || (day(a) < day(b) ? 1 : day(a) > day(b) ? -1 : 0),
  );
  const notes = ordered.slice(0, MOST).map((message) => noteOf(message, versions));
  const [last] = notes.slice(-1);
  if (last === undefined || ordered.length === notes.length) return notes;
  const left = `${String(ordered.length - notes.length)} older messages are not shown; 'overread context list' names them.`;
  return [...notes.slice(0, -1), { ...last, remarks: [...(last.remarks ?? []), left] }];
}

/** More than a reader looks at beside a study; each is read for what it speaks of. */
const MOST = 100;

/** The order first, then reports, the newest examination first. */
function rank({ content }: FiledMessage): number {
  return content.kind === 'order' ? 0 : content.own ? 1 : 2;
}

function day({ content }: FiledMessage): string {
  return content.examined ?? content.latest ?? '';
}

/** @param versions Those that this reader may see: that there is another one, which is kept back, must not show. */
function noteOf(message: FiledMessage, versions: readonly FiledMessage[]): MessageNote {
  const { content, id, readerId, filedAt } = message;
  const earlier = versions.filter((one) => one.content.chain === content.chain && one !== message).length;
  return {
    id,
    source: 'message',
    title: titleOf(content),
    text: content.state === 'withdrawn' ? WITHDRAWN[content.kind] : content.text,
    addedAt: filedAt,
    from: `${content.type}${content.sent === '' ? '' : ` of ${content.sent}`} from ${senderOf(content)}`,
    remarks: [
      ...(earlier > 0 && content.state === 'corrected'
        ? ['It replaces an earlier version, which is kept.']
        : []),
      ...content.notes,
    ],
    removable: readerId !== null,
  };
}

const WITHDRAWN = {
  order: 'Its sender cancelled this order. Its words are not shown any more.',
  report: 'Its sender took this report back. Its words are not shown any more.',
} as const;

function senderOf({ application, facility }: FiledContent): string {
  const named = [application, facility].filter((part) => part !== '');
  return named.length === 0 ? 'a sender that is not named' : named.join(', ');
}

const STATES: Readonly<Record<FiledContent['state'], string>> = {
  final: 'final',
  corrected: 'corrected',
  partial: 'in part',
  preliminary: 'preliminary',
  'not-verified': 'not verified',
  'not-stated': 'status not stated',
  withdrawn: 'withdrawn',
};

/** 'Report of 2024-03-01: CT chest (final)'. */
export function titleOf(content: FiledContent): string {
  const what = content.procedure === '' ? '' : `: ${content.procedure}`;
  if (content.kind === 'order')
    return `${content.state === 'withdrawn' ? 'Cancelled order' : 'Order'}${what}`.slice(0, 200);
  const date = content.examined ?? content.latest;
  const whose = content.own
    ? 'Report of this study'
    : date === null
      ? 'Report without a date'
      : `Report of ${date}`;
  return `${`${whose}${what}`.slice(0, 180)} (${STATES[content.state]})`;
}

/**
 * Takes messages that a reader pasted or picked: for this study and this reader alone, all of them or none. A report that a blind reader may not see
 * is not taken before the commit; that the reader has its words at hand already is the reader's own affair.
 *
 * @throws Refused with the code of the first message that is not taken, `hl7-before-commit`, `study-unknown`
 */
export function pasteMessages(
  parts: FilingParts,
  studyInstanceUID: string,
  readerId: string,
  given: AddMessages,
): void {
  const { store } = parts;
  const isText = 'text' in given;
  const bytes = Buffer.from(isText ? given.text : given.base64, isText ? 'utf8' : 'base64');
  store.transaction(() => {
    store.studies.detail(studyInstanceUID, readerId);
    const { date } = store.messages.facts(studyInstanceUID);
    const committed = store.reads.find(studyInstanceUID, readerId)?.status === 'committed';
    const all = readHl7(bytes, isText ? { label: 'utf-8', always: true } : null);
    all.forEach((message, index) => {
      const outcome = fileMessage(parts, message, {
        study: studyInstanceUID,
        readerId,
        admit({ as, matchedBy, otherExam, perhapsOwn }, { content }) {
          const own = as === 'own-report';
          const would = { content: { ...content, own, matchedBy, otherExam, perhapsOwn } } as FiledMessage;
          if (committed || mayBeSeenBlind(would, date)) return;
          throw new Refused(
            'hl7-before-commit',
            own
              ? 'The message is a report of this very study: another reader said it of these images. It is taken once you have committed your own read.'
              : 'The report is not certainly of before this study (OBR-7, OBR-22, TXA-4): it may speak of these images. It is taken once you have committed your own read.',
          );
        },
      });
      if (outcome.status !== 'refused') return;
      const which = all.length === 1 ? '' : `Message ${String(index + 1)} of ${String(all.length)}: `;
      const rest = all.length === 1 ? '' : ' None of them was kept.';
      throw new Refused(outcome.code ?? 'hl7-segment', `${which}${outcome.reason ?? ''}${rest}`);
    });
  });
}
