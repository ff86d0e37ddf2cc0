import { Bug } from '../shared/errors.ts';

/**
 * JSON with one spelling for one value (after RFC 8785): keys sorted by UTF-16 code units, no spaces, numbers and
 * strings as `JSON.stringify` writes them, `undefined` members left out. What is hashed or signed is written this way.
 *
 * @throws Bug for what JSON cannot hold: NaN, infinities, functions, bigint, `undefined` inside an array.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Bug(`${value} has no canonical JSON form.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new Bug(`A value of type ${typeof value} has no canonical JSON form.`);
}
