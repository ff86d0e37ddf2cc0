import type { ContextList, FiledMessage } from '../../shared/hl7.ts';
import { lastDayOf } from './time.ts';

/** How far this reader is with the studies that matter to a message. */
export interface ReaderStands {
  /** The reader's read of the study with which it is filed is committed. */
  readonly committed: boolean;
  /** The reader reads the report's own study at present and has not committed, or is to read it as a case of a reader study or training. */
  readonly readsOwn: (message: FiledMessage) => boolean;
}

type Shown = ContextList[number]['shown'];

/**
 * Whether a blind reader may see a message beside a study. An order always. A report is another reader's view: that of the study itself waits for
 * the commit, and so does one in which the study's number stands anywhere, and every one that is not certainly of before it, since it may speak of the same images. Certain is a report that states a
 * day, each of whose days is before the study's; where no number tells the two examinations apart, by two days at least, since a house may book an
 * examination on the day before the images.
 *
 * @param studyDate YYYY-MM-DD
 */
export function mayBeSeenBlind({ content }: FiledMessage, studyDate: string): boolean {
  if (content.kind === 'order') return true;
  if (content.own || content.perhapsOwn || !/^\d{4}-\d{2}-\d{2}$/.test(studyDate)) return false;
  const { examined, latest } = content;
  if (examined === null && latest === null) return false;
  const before = content.otherExam ? studyDate : dayBefore(studyDate);
  return [examined, latest].every((day) => day === null || lastDayOf(day) < before);
}

function dayBefore(date: string): string {
  const at = new Date(`${date}T00:00:00Z`).getTime();
  // A study of the 31st of February has no day before, and nothing is certain of it.
  return Number.isNaN(at) ? '' : new Date(at - 86_400_000).toISOString().slice(0, 10);
}

/** Every version that a reader may see beside a study, in the order in which they were filed. */
export function visibleMessages(
  filed: readonly FiledMessage[],
  studyDate: string,
  { committed, readsOwn }: ReaderStands,
): FiledMessage[] {
  return filed.filter(
    (message) =>
      (committed || mayBeSeenBlind(message, studyDate)) &&
      !(message.content.kind === 'report' && !message.content.own && readsOwn(message)),
  );
}

/**
 * The messages that a reader sees beside a study, the newest version of each order and report. Versions are counted among those that may be seen:
 * that a report of before was written anew after the study is told by nothing before the commit. What its sender took back is taken back as soon
 * as anything of it was shown.
 */
export function shownMessages(
  filed: readonly FiledMessage[],
  studyDate: string,
  stands: ReaderStands,
): FiledMessage[] {
  const visible = visibleMessages(filed, studyDate, stands);
  const chains = new Set(visible.map(({ content }) => content.chain));
  const withdrawals = filed.filter(
    (message) =>
      message.content.state === 'withdrawn' &&
      chains.has(message.content.chain) &&
      !visible.includes(message),
  );
  return newestOf([...visible, ...withdrawals]);
}

/** The newest version of each, in the order in which they were filed. */
export function newestOf(filed: readonly FiledMessage[]): FiledMessage[] {
  const newest = new Map<string, FiledMessage>();
  for (const message of filed) {
    const known = newest.get(message.content.chain);
    if (known === undefined || isNewer(message, known)) newest.set(message.content.chain, message);
  }
  return filed.filter((message) => newest.get(message.content.chain) === message);
}

/** Whether a later row is a newer version: by when it was sent where both say so. */
function isNewer(message: FiledMessage, known: FiledMessage): boolean {
  // An order's update that says that there is a result came without its words: those of before stay.
  const cut = [message, known].map(({ content }) => content.kind === 'order' && content.state === 'partial');
  if (cut[0] !== cut[1] && known.content.state !== 'withdrawn' && message.content.state !== 'withdrawn')
    return cut[1] === true;
  const [a, b] = [message.content.order, known.content.order];
  return a === '' || b === '' || a >= b;
}

/** How a message is shown, for the operator's list. */
export function shownAs(message: FiledMessage, filed: readonly FiledMessage[], studyDate: string): Shown {
  if (!newestOf(filed).includes(message)) return 'replaced';
  return mayBeSeenBlind(message, studyDate) ? 'always' : 'after-commit';
}
