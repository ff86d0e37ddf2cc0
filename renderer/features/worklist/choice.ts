import type { StudyStatus } from '../../../electron/shared/study.ts';
import type {
  DayRange,
  PriorityFilter,
  SortKey,
  StudySort,
  WorklistChoice,
} from '../../../electron/shared/worklist.ts';

/** What the worklist shows before anybody chose. */
export const EVERYTHING: WorklistChoice = {
  view: 'all',
  text: '',
  modality: null,
  status: null,
  priority: null,
  received: null,
  studied: null,
  sort: null,
};

/** What of a choice narrows the view: its filters, not its text. */
export const hasFilters = (choice: WorklistChoice): boolean =>
  [choice.modality, choice.status, choice.priority, choice.received, choice.studied].some(
    (one) => one !== null,
  );

export const withoutFilters = (choice: WorklistChoice): WorklistChoice => ({
  ...EVERYTHING,
  view: choice.view,
  text: choice.text,
  sort: choice.sort,
});

/** Two choices show the same. */
export const isSame = (a: WorklistChoice, b: WorklistChoice): boolean =>
  JSON.stringify({ ...EVERYTHING, ...a }) === JSON.stringify({ ...EVERYTHING, ...b });

const two = (value: number): string => String(value).padStart(2, '0');
const isoDay = (at: Date): string => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
/** Local midnight at the beginning of YYYY-MM-DD, so many days later. */
const midnight = (day: string, later = 0): Date => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later);
};

/** A range as first and last day, as this machine's calendar has them now. */
export function daysOf(range: DayRange, now: Date): { from: string | null; to: string | null } {
  if (!('days' in range)) return range;
  const first = new Date(now.getFullYear(), now.getMonth(), now.getDate() - (range.days - 1));
  return { from: isoDay(first), to: null };
}

/** What the route is asked for; days are those of this machine's calendar. */
export function parametersOf(choice: WorklistChoice, now: Date): URLSearchParams {
  const asked = new URLSearchParams({ view: choice.view });
  const set = (name: string, value: string | null): void => {
    if (value !== null && value !== '') asked.set(name, value);
  };
  set('query', choice.text.trim());
  set('modality', choice.modality);
  set('status', choice.status);
  set('priority', choice.priority);
  if (choice.received !== null) {
    const { from, to } = daysOf(choice.received, now);
    set('receivedFrom', from === null ? null : midnight(from).toISOString());
    set('receivedBefore', to === null ? null : midnight(to, 1).toISOString());
  }
  if (choice.studied !== null) {
    const { from, to } = daysOf(choice.studied, now);
    set('studiedFrom', from);
    set('studiedTo', to);
  }
  if (choice.sort !== null) {
    asked.set('sort', choice.sort.key);
    asked.set('order', choice.sort.descending ? 'descending' : 'ascending');
  }
  return asked;
}

/** The way that each order begins: what is sooner to be read, newer, or earlier in the alphabet first. */
const FIRST_DESCENDING: Readonly<Record<SortKey, boolean>> = {
  received: true,
  studied: true,
  name: false,
  priority: true,
};

/** After a click on a column: its order, that order turned round, the order of arrival again. */
export function nextSort(sort: StudySort | null, key: SortKey): StudySort | null {
  const first = FIRST_DESCENDING[key];
  const now = sort ?? { key: 'received', descending: true };
  if (now.key !== key) return key === 'received' ? null : { key, descending: first };
  if (now.descending === first) return { key, descending: !first };
  return null;
}

export const STATUS_WORDS: Readonly<Record<StudyStatus, string>> = {
  new: 'new',
  reading: 'reading',
  committed: 'committed',
  final: 'final',
};
export const PRIORITY_WORDS: Readonly<Record<PriorityFilter, string>> = {
  raised: 'urgent or stat',
  stat: 'stat',
  urgent: 'urgent',
  routine: 'routine',
};
