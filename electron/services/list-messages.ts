import { shownAs } from '../domain/hl7/shown.ts';
import type { ContextList } from '../shared/hl7.ts';
import type { Store } from '../shared/ports.ts';

/**
 * Every message that is filed with a study, for the operator: what blind readers do not see as well.
 *
 * @throws Refused `study-unknown`
 */
export function listMessages({ messages }: Pick<Store, 'messages'>, studyInstanceUID: string): ContextList {
  const { date } = messages.facts(studyInstanceUID);
  const filed = messages.of(studyInstanceUID, null);
  return filed.map((message) => {
    const { id, controlId, filedAt, readerId, content } = message;
    // A reader's own pasted ones are versions for that reader alone.
    const beside = filed.filter((one) => one.readerId === null || one.readerId === readerId);
    const as = content.kind === 'order' ? 'indication' : content.own ? 'own-report' : 'prior-report';
    return { id, controlId, filedAt, readerId, as, shown: shownAs(message, beside, date), content };
  });
}
