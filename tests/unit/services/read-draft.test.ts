import { expect, test } from 'vitest';
import { currentRead, openStudy } from '../../../electron/services/open-study.ts';
import { requireAnyCommitted, requireCommitted } from '../../../electron/services/read-guard.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import type { ReadContent, ReaderFinding } from '../../../electron/shared/read.ts';
import { storeOne } from '../store/parts.ts';
import { actionsOf, readerFinding, readingWorld, STUDY } from './reading-world.ts';

const content = (...findings: ReaderFinding[]): ReadContent => ({
  findings,
  noAbnormalFinding: false,
  impression: 'x',
});

test('opening begins a draft once and is audited each time', () => {
  const world = readingWorld();
  const first = openStudy(world, STUDY, world.reader.id);
  expect(first.status).toBe('draft');
  expect(openStudy(world, STUDY, world.reader.id).id).toBe(first.id);
  expect(actionsOf(world).filter((action) => action === 'open')).toHaveLength(2);
  expect(currentRead(world, STUDY, world.reader.id).id).toBe(first.id);
});

test('an unknown study, an unknown reader and a read not begun are refused', () => {
  const world = readingWorld();
  const refused = (code: string) => expect.objectContaining({ type: 'refused', code });
  expect(() => openStudy(world, '1.2.99', world.reader.id)).toThrow(refused('study-unknown'));
  expect(() => openStudy(world, STUDY, 'nobody')).toThrow(refused('reader-unknown'));
  expect(() => currentRead(world, STUDY, world.reader.id)).toThrow(refused('read-unknown'));
  expect(() => requireCommitted(world.store, '1.2.99', world.reader.id)).toThrow(refused('study-unknown'));
  expect(() => requireCommitted(world.store, STUDY, world.reader.id)).toThrow(refused('read-not-committed'));
  expect(() => requireAnyCommitted(world.store, STUDY, null)).toThrow(refused('read-not-committed'));
});

test('a draft is saved as it is given', () => {
  const world = readingWorld();
  openStudy(world, STUDY, world.reader.id);
  const given = content(readerFinding(), readerFinding({ id: 'r2', box: [-0.5, -0.5, 127.5, 159.5] }));
  expect(saveRead(world, STUDY, world.reader.id, given).content).toEqual(given);
  expect(currentRead(world, STUDY, world.reader.id).content).toEqual(given);
});

test.each([
  ['beyond the right edge', readerFinding({ box: [100, 10, 127.6, 20] }), 'finding-outside-image'],
  ['beyond the lower edge', readerFinding({ box: [100, 10, 110, 159.6] }), 'finding-outside-image'],
  ['beyond the left edge', readerFinding({ box: [-0.6, 10, 110, 20] }), 'finding-outside-image'],
  ['turned inside out', readerFinding({ box: [50, 10, 40, 20] }), 'finding-invalid'],
  ['on a frame that is not there', readerFinding({ frame: 1 }), 'finding-invalid'],
  ['on an image that is not there', readerFinding({ sopInstanceUID: '1.2.99' }), 'instance-unknown'],
])('a mark %s is refused and the draft stays', (_, finding, code) => {
  const world = readingWorld();
  openStudy(world, STUDY, world.reader.id);
  saveRead(world, STUDY, world.reader.id, content(readerFinding()));
  expect(() => saveRead(world, STUDY, world.reader.id, content(finding))).toThrow(
    expect.objectContaining({ type: 'refused', code }),
  );
  expect(currentRead(world, STUDY, world.reader.id).content.findings).toEqual([readerFinding()]);
});

test("a mark on another study's image, two marks of one id, and findings beside 'no abnormal finding' are refused", () => {
  const world = readingWorld();
  storeOne(world.store);
  openStudy(world, STUDY, world.reader.id);
  const save = (given: ReadContent) => () => saveRead(world, STUDY, world.reader.id, given);
  const invalid = expect.objectContaining({ code: 'finding-invalid' });
  expect(save(content(readerFinding({ sopInstanceUID: '1.2.3.1.1.1' })))).toThrow(invalid);
  expect(save(content(readerFinding(), readerFinding()))).toThrow(invalid);
  expect(save({ ...content(readerFinding()), noAbnormalFinding: true })).toThrow(
    expect.objectContaining({ code: 'read-contradicts' }),
  );
});
