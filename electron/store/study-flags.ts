import type { IndexedHeader } from '../shared/ports.ts';
import { searchText } from './search-text.ts';
import type { StudyRow } from './study-rows.ts';

/** Whether every reader may see it before a commit, whatever a person states. */
export const isKnown = ({ origin }: Pick<IndexedHeader, 'origin'>): boolean =>
  (origin ?? 'known') === 'known';

/** A person should look: what these flags say never derives from what is in an image or report. */
export const SAME_UID =
  'Files with one SOP Instance UID and different content: each is kept and shown. Ask the sender which is right before reading.';

export const RECOVERED =
  'Some of its files are not written as the standard asks and were read all the same. The series list says which.';

const PATIENTS = 'Its files name different patients: ';
const CHECK = 'Check whose images these are before reading.';

const FIELDS = ['patient ID', 'name', 'birth date', 'sex'] as const;
type Field = (typeof FIELDS)[number];

type Identity = {
  readonly patientID: string;
  readonly name: string;
  readonly ideographic: string;
  readonly phonetic: string;
  readonly birthDate: string;
  readonly sex: string;
};

const plain = (text: string): string => text.normalize('NFKC').trim();

function identityOfRow(row: StudyRow): Identity {
  return {
    patientID: row.patient_id,
    name: row.patient_name,
    ideographic: row.name_ideographic,
    phonetic: row.name_phonetic,
    birthDate: row.birth_date,
    sex: row.sex,
  };
}

function identityOf(header: IndexedHeader): Identity {
  return {
    patientID: header.patientID,
    name: header.patientName,
    ideographic: header.otherNames?.ideographic ?? '',
    phonetic: header.otherNames?.phonetic ?? '',
    birthDate: header.birthDate,
    sex: header.sex,
  };
}

/** Both say something, and not the same; normalised only where they differ as written (almost never, and it costs). */
function differ(a: string, b: string, normalise: (text: string) => string): boolean {
  if (a === b || a === '' || b === '') return false;
  const [first, second] = [normalise(a), normalise(b)];
  return first !== second && first !== '' && second !== '';
}

const asName = (text: string): string => searchText(text.replaceAll(',', ' '));

/** A file may have only the ideographic group, which is then its name: compared with its like. */
function nameDiffers(a: Identity, b: Identity): boolean {
  if (differ(a.ideographic, b.ideographic, asName)) return true;
  const groups = (of: Identity): string[] => [of.name, of.ideographic, of.phonetic].map(asName);
  return (
    differ(a.name, b.name, asName) &&
    !groups(b).includes(asName(a.name)) &&
    !groups(a).includes(asName(b.name))
  );
}

/** What one file says otherwise than another. A value that is left out says nothing; accents and case of a name neither. */
function differing(a: Identity, b: Identity): Field[] {
  const fields: Field[] = [];
  if (differ(a.patientID, b.patientID, plain)) fields.push('patient ID');
  if (nameDiffers(a, b)) fields.push('name');
  if (differ(a.birthDate, b.birthDate, plain)) fields.push('birth date');
  if (differ(a.sex, b.sex, (text) => plain(text).toUpperCase())) fields.push('sex');
  return fields;
}

/** Whether a file names another person than the study's row does: by ID or name. What either leaves out says nothing. */
export function namesOther(row: StudyRow, header: IndexedHeader): boolean {
  const fields = differing(identityOfRow(row), identityOf(header));
  return fields.includes('patient ID') || fields.includes('name');
}

/** The flag in words, such as 'Its files name different patients: patient ID and birth date differ. Check …'. */
export function differentPatients(fields: readonly Field[]): string {
  const named = FIELDS.filter((field) => fields.includes(field));
  const list = named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : named.join('');
  return `${PATIENTS}${list} ${named.length > 1 ? 'differ' : 'differs'}. ${CHECK}`;
}

/**
 * The flags of a study after files were added: whose they are is compared with the study's row, which holds what the first file said.
 */
export function flagsAfter(row: StudyRow, added: readonly IndexedHeader[]): string[] {
  const before = JSON.parse(row.flags) as string[];
  // The flag of an earlier version, 'different patients (the name or the ID differs)', tells no field for certain: it stays as it is.
  const ours = before.filter((flag) => flag.startsWith(PATIENTS));
  const flags = new Set(before.filter((flag) => !ours.includes(flag)));
  // Behind the prefix alone: its own 'name' is no field.
  const fields = new Set<Field>(
    ours.flatMap((flag) => FIELDS.filter((field) => flag.slice(PATIENTS.length).includes(field))),
  );
  let first = identityOfRow(row);
  for (const header of added) {
    const next = identityOf(header);
    for (const field of differing(first, next)) fields.add(field);
    first = filled(first, next);
  }
  if (fields.size > 0) flags.add(differentPatients([...fields]));
  // What may be withheld tells nothing of itself before the commit: after it the series list says it of each object.
  if (added.some((header) => header.recovered !== undefined && isKnown(header))) flags.add(RECOVERED);
  return [...flags];
}

/** What an earlier file left out, a later one may say first. */
function filled(first: Identity, next: Identity): Identity {
  const or = (a: string, b: string): string => (a === '' ? b : a);
  return {
    patientID: or(first.patientID, next.patientID),
    name: or(first.name, next.name),
    ideographic: or(first.ideographic, next.ideographic),
    phonetic: or(first.phonetic, next.phonetic),
    birthDate: or(first.birthDate, next.birthDate),
    sex: or(first.sex, next.sex),
  };
}
