import { expect, test } from 'vitest';
import { attributesOf, framesWords, personWords } from '../../../electron/services/export-report-facts.ts';
import { printable } from '../../../electron/services/export-report-text.ts';
import { readingWorld, STUDY } from './reading-world.ts';

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

test('many frames in few words, none left out', () => {
  const world = readingWorld();
  const study = world.store.studies.detail(STUDY, null);
  const [series] = study.seriesList;
  const [instance] = series?.instances ?? [];
  if (series === undefined || instance === undefined)
    throw new Error('the study has a series with an instance');
  const image = (instanceNumber: number, frames = 1) => ({
    ...instance,
    sopInstanceUID: `1.9.${instanceNumber}`,
    instanceNumber,
    image: instance.image && { ...instance.image, frames },
  });
  const many = {
    ...study,
    seriesList: [
      { ...series, instances: [1, 2, 3, 5, 6, 9].map((number) => image(number)).concat(image(10, 2)) },
    ],
  };
  const ref = (number: number, frame = 0) => ({ sopInstanceUID: `1.9.${number}`, frame });
  expect(
    framesWords(
      many,
      [1, 2, 3, 5, 9].map((number) => ref(number)),
    ),
  ).toBe('series 1, images 1–3, 5, 9');
  expect(framesWords(many, [ref(6)])).toBe('series 1, image 6');
  expect(framesWords(many, [ref(10), ref(10, 1)])).toBe(
    'series 1, image 10, frame 1; series 1, image 10, frame 2',
  );
});

test('what a frame measures is its own plane’s, not that of the first frame', () => {
  const world = readingWorld();
  const study = world.store.studies.detail(STUDY, null);
  const [series] = study.seriesList;
  const [instance] = series?.instances ?? [];
  if (series === undefined || instance === undefined || instance.image === null)
    throw new Error('the study has a series with an image');
  const { sopInstanceUID } = instance;
  const image = { ...instance.image, frames: 3, pixelSpacing: [1, 1] as [number, number] };
  const plane = {
    position: [0, 0, 7] as [number, number, number],
    orientation: [0, 1, 0, 0, 0, -1] as [number, number, number, number, number, number],
    pixelSpacing: [0.5, 0.5] as [number, number],
  };
  const unknown = { position: null, orientation: null, pixelSpacing: [1, 1] as [number, number] };
  const runs = [
    { sopInstanceUID, first: 2, count: 1, plane },
    { sopInstanceUID, first: 0, count: 2, plane: unknown },
  ];
  const [stack] = series.stacks;
  if (stack === undefined) throw new Error('the series has a stack');
  const enhanced = {
    ...study,
    seriesList: [{ ...series, instances: [{ ...instance, image }], stacks: [{ ...stack, runs }] }],
  };
  expect(attributesOf(enhanced, { sopInstanceUID, frame: 2 })).toEqual({ ...image, ...plane });
  expect(attributesOf(enhanced, { sopInstanceUID, frame: 1 })).toEqual({ ...image, ...unknown });
  expect(attributesOf(enhanced, { sopInstanceUID: '1.9', frame: 0 })).toBeNull();
});
