import { describe, expect, it } from 'vitest';
import { isBackupDue, lastDue } from '../../../electron/domain/backup-due.ts';

const at = (day: number, hours: number, minutes = 0): Date => new Date(2026, 10, day, hours, minutes);

describe('a daily backup at 02:00', () => {
  it('was to be made this night, or the night before while it is not yet 02:00', () => {
    expect(lastDue('02:00', at(26, 9))).toEqual(at(26, 2));
    expect(lastDue('02:00', at(26, 2))).toEqual(at(26, 2));
    expect(lastDue('02:00', at(26, 1, 59))).toEqual(at(25, 2));
    expect(lastDue('02:00', at(1, 1))).toEqual(new Date(2026, 9, 31, 2));
  });

  it('is due where there is none, and once a night after that, however late the machine is switched on', () => {
    expect(isBackupDue('02:00', null, null, at(26, 9))).toBe(true);
    expect(isBackupDue('02:00', at(25, 2, 1).toISOString(), null, at(26, 1))).toBe(false);
    expect(isBackupDue('02:00', at(25, 2, 1).toISOString(), null, at(26, 9))).toBe(true);
    expect(isBackupDue('02:00', at(26, 9).toISOString(), null, at(26, 10))).toBe(false);
  });

  it('is tried again an hour after it failed', () => {
    const failed = at(26, 2).getTime();
    expect(isBackupDue('02:00', null, failed, at(26, 2, 59))).toBe(false);
    expect(isBackupDue('02:00', null, failed, at(26, 3))).toBe(true);
  });
});
