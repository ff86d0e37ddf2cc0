import { Bug } from '../shared/errors.ts';

/**
 * Canonical JSON in the manner of RFC 8785: one text for one value, so that its hash can be compared.
 * Keys in order of their UTF-16 code units, no white space, numbers and strings as ECMAScript writes them.
 * Properties that are `undefined` are left out, as in JSON.
 *
 * @throws Bug for what has no JSON form: NaN and infinities, bigint, functions, symbols, `undefined` in an array,
 *   lone surrogates, objects that are not plain.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Bug(`canonical JSON: ${value} has no JSON form`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value);
    default:
      throw new Bug(`canonical JSON: a ${typeof value} has no JSON form`);
  }
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new Bug('canonical JSON: a string holds half a surrogate pair');
  return JSON.stringify(text);
}

function canonicalArray(items: readonly unknown[]): string {
  // Array.from visits holes too, which map() would skip.
  return `[${Array.from(items, canonicalJson).join(',')}]`;
}

function canonicalObject(object: object): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new Bug('canonical JSON: only plain objects have a canonical form');
  }
  const members = Object.entries(object)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${canonicalString(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
