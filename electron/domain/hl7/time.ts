/** A point in time as a message states it (data types TS, DTM, DT). */
export interface Stamp {
  /** YYYY-MM-DD, or YYYY-MM, or YYYY where it says no more. The sender's own day, whatever its zone. */
  readonly date: string;
  /** HH:MM; empty where it does not say. */
  readonly time: string;
  /** Later ones compare greater: UTC where a zone is stated. */
  readonly order: string;
}

const FORM =
  /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d{1,6})?)?)?)?)?)?([+-]\d{4})?$/;

/** Null where the text is no date of the calendar. */
export function stampOf(text: string): Stamp | null {
  const match = FORM.exec(text.trim());
  if (match === null) return null;
  const [, year = '', month, day, hour, minute = '00', second = '00', zone] = match;
  if (Number(year) < 1000 || !isDay(Number(year), Number(month ?? 1), Number(day ?? 1))) return null;
  if (Number(hour ?? 0) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  const local = Date.UTC(
    Number(year),
    Number(month ?? 1) - 1,
    Number(day ?? 1),
    Number(hour ?? 0),
    Number(minute),
    Number(second),
  );
  const shift = zone === undefined ? 0 : minutesOf(zone) * 60_000;
  return {
    date,
    time: hour === undefined ? '' : `${hour}:${minute}`,
    order: new Date(local - shift).toISOString(),
  };
}

function minutesOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  return zone.startsWith('-') ? -minutes : minutes;
}

function isDay(year: number, month: number, day: number): boolean {
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
}

/** The last day that a date may mean: of a year its last, of a month the 31st. */
export function lastDayOf(date: string): string {
  return date.length === 4 ? `${date}-12-31` : date.length === 7 ? `${date}-31` : date;
}

/** The first day that a date may mean. */
export function firstDayOf(date: string): string {
  return date.length === 4 ? `${date}-01-01` : date.length === 7 ? `${date}-01` : date;
}
