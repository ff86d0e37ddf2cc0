import { expect, test } from 'vitest';
import { canonicalJson } from '../../../electron/domain/canonical-json.ts';

test('the sample of RFC 8785 §3.2.2', () => {
  const sample: unknown = JSON.parse(
    String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
  );
  expect(canonicalJson(sample)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('keys are sorted by UTF-16 code units, as in RFC 8785 §3.2.3', () => {
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
  expect(Object.keys(JSON.parse(text) as object)).toEqual([
    '1',
    '\r',
    '\u0080',
    '\u00f6',
    '\u20ac',
    '\ud83d\ude00',
    '\ufb33',
  ]);
  expect(text.indexOf('\\r')).toBeLessThan(text.indexOf('"1"'));
});

test.each([
  [0, '0'],
  [-0, '0'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  [5e-324, '5e-324'],
  [1e21, '1e+21'],
  [1e-7, '1e-7'],
  [0.1 + 0.2, '0.30000000000000004'],
])('the number %d is written %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test('order of insertion and undefined members make no difference', () => {
  expect(canonicalJson({ b: 1, a: [{ d: null, c: undefined }] })).toBe(
    canonicalJson({ a: [{ d: null }], b: 1, z: undefined }),
  );
});

test.each([
  ['NaN', Number.NaN],
  ['infinity', [Number.POSITIVE_INFINITY]],
  ['undefined in an array', [undefined]],
  // oxlint-disable-next-line no-sparse-arrays
  ['a hole', [1, , 2]],
  ['a bigint', { a: 1n }],
  ['a function', { a: () => 1 }],
  ['half a surrogate pair', '\ud83d'],
  ['half a surrogate pair in a key', { '\ude00': 1 }],
  ['a Map', new Map()],
  ['bytes', Uint8Array.of(1)],
  ['a Date', new Date(0)],
])('%s has no form', (_, value) => {
  expect(() => canonicalJson(value)).toThrow(/canonical JSON/);
});
