/** Display words and numbers; every unit stands behind its number, in the caller's lighter tone. */

const NUMBER = new Intl.NumberFormat('en-GB');

/** 2000 → '2,000'. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** 412_316_860_416 → '412 GB' (decimal units, as disks are sold). */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Without marks that turn the letters after them round (U+202A–202E, U+2066–2069): a name must not look like another one. */
export function visible(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/gu, '');
}

/** DICOM's person name `DOE^Jane^^Dr` as 'DOE, Jane'. */
export function personName(name: string): string {
  const [family = '', given = ''] = visible(name.split('=')[0] ?? '').split('^');
  const parts = [family.trim(), given.trim()].filter((part) => part !== '');
  return parts.length === 0 ? '(no name)' : parts.join(', ');
}

/** Age and sex as '54 y F' or '8 mo F', with '?' never: what is not known is left out. */
export function ageSex(age: number | null, sex: string): string {
  const years =
    age === null
      ? ''
      : age < 2 && !Number.isInteger(age)
        ? `${Math.round(age * 12)} mo`
        : `${Math.floor(age)} y`;
  return [years, sex].filter((part) => part !== '').join(' ');
}

/** Local time of an ISO 8601 instant: '10:31' today, else '2026-11-20 10:31'. */
export function when(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** '\\'-joined modalities as 'CT, SR'. */
export function modalities(joined: string): string {
  return joined.split('\\').filter(Boolean).join(', ');
}

/** 'right', 'left', … from DICOM's laterality code; the code itself where it is another. */
export function lateralityWord(code: string): string {
  const words: Record<string, string> = { R: 'right', L: 'left', B: 'both sides', U: 'unpaired' };
  return words[code] ?? code;
}
