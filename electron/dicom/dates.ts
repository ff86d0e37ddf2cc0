/** DA as YYYY-MM-DD, the older YYYY.MM.DD too; as written where it is no date (PS3.5 §6.2). */
export function formatDate(text: string): string {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(text);
  if (!match) return text;
  const [, year, month, day] = match;
  return `${year}-${month}-${day}`;
}

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

function dateOf(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(formatDate(text));
  if (!match) return null;
  const time = Date.parse(`${text.length ? formatDate(text) : ''}T00:00:00Z`);
  return Number.isNaN(time) ? null : time;
}

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
