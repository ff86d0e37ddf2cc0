import type { PatientIdentity } from '../../shared/prior-ports.ts';

/** Whether two studies are the same patient's, as far as their files say, with the reason in plain words. */
export interface PatientMatch {
  readonly certain: boolean;
  readonly why: string;
}

/**
 * Compares two studies' patients. A Patient ID is unique within its issuer alone (PS3.3 C.2.2, Issuer of Patient ID), so that the same
 * ID counts by itself only where both issuers are known.
 *
 * @returns Null where they are not the same, or nothing says that they are.
 */
export function samePatient(a: PatientIdentity, b: PatientIdentity): PatientMatch | null {
  const id = compare(a.patientID, b.patientID);
  const issuer = compare(a.issuer, b.issuer);
  const name = compare(a.patientName, b.patientName);
  const birth = compare(a.birthDate, b.birthDate);
  if (issuer === 'same' && id === 'different') return null;
  if (id === 'same' && issuer !== 'different') {
    if (issuer === 'same') {
      if (name !== 'different' && birth !== 'different')
        return { certain: true, why: 'Same Patient ID of the same issuer' };
      return {
        certain: false,
        why: `Same Patient ID of the same issuer, but another ${contradiction(name, birth)}`,
      };
    }
    if (name === 'different' && birth === 'different') return null;
    if (name === 'different' || birth === 'different')
      return {
        certain: false,
        why: `Same Patient ID (issuer not stated), but another ${contradiction(name, birth)}`,
      };
    if (name === 'same' || birth === 'same')
      return { certain: true, why: 'Same Patient ID (issuer not stated), and name or birth date agrees' };
    return { certain: false, why: 'Same Patient ID; issuer, name and birth date are not stated' };
  }
  if (name === 'same' && birth === 'same')
    return {
      certain: false,
      why:
        id === 'unknown'
          ? 'Same name and birth date; no Patient ID to compare'
          : 'Same name and birth date, but another Patient ID or issuer',
    };
  return null;
}

type Compared = 'same' | 'different' | 'unknown';

function compare(a: string, b: string): Compared {
  const [first, second] = [plain(a), plain(b)];
  if (first === '' || second === '') return 'unknown';
  return first === second ? 'same' : 'different';
}

/** Spaces and capitals are how a device writes, not whom it means. */
function plain(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}

function contradiction(name: Compared, birth: Compared): string {
  if (name !== 'different') return 'birth date';
  return birth === 'different' ? 'name and birth date' : 'name';
}
