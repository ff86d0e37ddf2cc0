/** Whether month and day exist in the year, by the Gregorian calendar. */
function isDay(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  // Years before 100 are no dates of people: programs write them for none.
  return year >= 100 && day >= 1 && day <= last;
}

/** Answers kept: a study has a few dates, which each of its files says again. */
const MOST_KEPT = 64;

function keepingAnswers<T>(work: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    const kept = answers.get(text);
    if (kept !== undefined) return kept;
    if (answers.size >= MOST_KEPT) answers.clear();
    const answer = work(text);
    answers.set(text, answer);
    return answer;
  };
}

/**
 * DA as YYYY-MM-DD (PS3.5 §6.2), the older YYYY.MM.DD of ACR-NEMA too, with spaces or dashes in between as some write it. A partial
 * date as far as it goes: YYYY-MM, YYYY (a month or day of 00 says nothing). As written where it is no date.
 */
export const formatDate = keepingAnswers((text: string): string => {
  const match = /^(\d{4})(?:[.\- ]?(\d{2})(?:[.\- ]?(\d{2}))?)?$/.exec(text.trim());
  if (!match) return text;
  const [, year = '', month = '00', day = '00'] = match;
  if (Number(year) === 0) return text;
  if (month === '00') return day === '00' ? year : text;
  if (Number(month) > 12) return text;
  if (day === '00') return `${year}-${month}`;
  return isDay(Number(year), Number(month), Number(day)) ? `${year}-${month}-${day}` : text;
});

/** TM as HH:MM:SS, HH:MM or HH; as written where it is no time. */
export function formatTime(text: string): string {
  const match = /^(\d{2}):?(\d{2})?:?(\d{2})?(\.\d*)?$/.exec(text);
  return match
    ? match
        .slice(1, 4)
        .filter((part) => part !== undefined)
        .join(':')
    : text;
}

const YEARS_PER_UNIT: Readonly<Record<string, number>> = { Y: 1, M: 1 / 12, W: 7 / 365.25, D: 1 / 365.25 };

const dateOf = keepingAnswers((text: string): number | null => {
  const date = formatDate(text);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(time) ? null : time;
});

/**
 * Age in years at the study: Patient's Age ('054Y', '018M', …), else whole years between birth and study date;
 * null where neither says.
 */
export function yearsAt(patientAge: string, birthDate: string, studyDate: string): number | null {
  const match = /^(\d{1,3})([YMWD])$/.exec(patientAge);
  const perUnit = YEARS_PER_UNIT[match?.[2] ?? ''];
  if (match && perUnit !== undefined) return Math.round(Number(match[1]) * perUnit * 100) / 100;
  const born = dateOf(birthDate);
  const seen = dateOf(studyDate);
  if (born === null || seen === null || seen < born) return null;
  const from = new Date(born);
  const to = new Date(seen);
  const before =
    to.getUTCMonth() < from.getUTCMonth() ||
    (to.getUTCMonth() === from.getUTCMonth() && to.getUTCDate() < from.getUTCDate());
  const years = to.getUTCFullYear() - from.getUTCFullYear() - (before ? 1 : 0);
  return years > 150 ? null : years;
}
