import { expect, test } from 'vitest';
import { personWords } from '../../../electron/services/export-report-facts.ts';
import { printable } from '../../../electron/services/export-report-text.ts';

/** Latin-1, as the standard fonts roughly have. */
const latin1 = (codePoint: number): boolean =>
  (codePoint >= 0x20 && codePoint < 0x7f) || (codePoint >= 0xa1 && codePoint <= 0xff);

test.each([
  ['MÜLLER^Ænne', 'MÜLLER^Ænne', true],
  ['Dvořák, Łucja', 'Dvorák, Lucja', false],
  ['score ≥ 0.5 − 1', 'score >= 0.5 - 1', true],
  ['a\tb\r\nc', 'a b\nc', true],
  ['u\u0308ber', 'über', true],
  ['山田 太郎', '[U+5C71 U+7530] [U+592A U+90CE]', false],
  ['ok😀', 'ok[U+1F600]', false],
])('%j is printed as %j', (text, printed, exact) => {
  expect(printable(text, latin1)).toEqual({ text: printed, exact });
});

test('person names with all their groups', () => {
  expect(personWords('DOE^JANE')).toBe('DOE, JANE');
  expect(personWords('Doe^Jane^Q^Dr^MD')).toBe('Doe, Jane Q (Dr MD)');
  expect(personWords('Yamada^Tarou=山田^太郎')).toBe('Yamada, Tarou = 山田, 太郎');
  expect(personWords('DOE, JANE')).toBe('DOE, JANE');
  expect(personWords('')).toBe('not stated');
});
