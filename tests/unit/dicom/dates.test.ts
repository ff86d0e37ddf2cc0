import { describe, expect, it } from 'vitest';
import { formatDate, yearsAt } from '../../../electron/dicom/dates.ts';

const two = (value: number): string => String(value).padStart(2, '0');

describe('dates', () => {
  it('knows the days of every month as the Gregorian calendar of the platform does', () => {
    for (const year of [100, 1582, 1900, 1999, 2000, 2004, 2026, 2100, 2400]) {
      for (let month = 1; month <= 12; month++) {
        for (let day = 1; day <= 31; day++) {
          const text = `${String(year).padStart(4, '0')}${two(month)}${two(day)}`;
          const at = new Date(Date.UTC(2000, 0, 1));
          at.setUTCFullYear(year, month - 1, day);
          const exists = at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
          const iso = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
          expect(formatDate(text)).toBe(exists ? iso : text);
        }
      }
    }
  });

  it('answers the same for a date asked again, after many others too', () => {
    for (let round = 0; round < 2; round++) {
      for (let day = 0; day < 500; day++) {
        const at = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
        expect(formatDate(at.replaceAll('-', ''))).toBe(at);
      }
    }
    expect(yearsAt('', '19700229', '20200101')).toBeNull();
    expect(yearsAt('', '19720229', '20200228')).toBe(47);
    expect(yearsAt('', '19720229', '20200229')).toBe(48);
  });
});
