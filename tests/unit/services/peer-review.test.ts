import { expect, test } from 'vitest';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { otherReads, reviewRead } from '../../../electron/services/peer-review.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import type { ReaderFinding } from '../../../electron/shared/read.ts';
import { BOTH_FRAMES, readerFinding, readingWorld, type ReadingWorld, STUDY } from './reading-world.ts';

async function readBy(world: ReadingWorld, readerId: string, findings: ReaderFinding[]): Promise<string> {
  const { id } = openStudy(world, STUDY, readerId);
  const content = { findings, noAbnormalFinding: false, impression: 'x' };
  saveRead(world, STUDY, readerId, content);
  await commitRead(world, STUDY, readerId, {
    content,
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
  return id;
}

test('a read of another is hidden until the own commit, then laid beside it and reviewed', async () => {
  const world = readingWorld();
  const [me, other] = [world.reader.id, world.store.readers.create('Other').id];
  const theirs = await readBy(world, other, [
    readerFinding({ id: 't1' }),
    readerFinding({ id: 't2', label: 'Cardiomegaly' }),
  ]);
  openStudy(world, STUDY, me);
  expect(() => otherReads(world, STUDY, me)).toThrow('not committed');
  const mine = await readBy(world, me, [
    readerFinding({ id: 'm1' }),
    readerFinding({ id: 'm2', label: 'Rib fracture' }),
  ]);
  expect(otherReads(world, STUDY, me)).toMatchObject([
    {
      read: { id: theirs },
      pairs: [
        { mine: 'm1', theirs: 't1' },
        { mine: 'm2', theirs: null },
        { mine: null, theirs: 't2' },
      ],
      review: null,
    },
  ]);
  const request = { score: 2, significance: 'likely', comment: 'heart' } as const;
  expect(reviewRead(world, STUDY, me, theirs, request)).toMatchObject([{ review: request }]);
  expect(reviewRead(world, STUDY, me, theirs, { score: 1, significance: null, comment: '' })).toMatchObject([
    { review: { score: 1, significance: null } },
  ]);
  // Whose read it is sees it beside none of theirs, and nobody reviews themself.
  expect(otherReads(world, STUDY, other)).toMatchObject([{ read: { id: mine }, review: null }]);
  expect(() => reviewRead(world, STUDY, me, mine, request)).toThrow('no such committed read');
  expect(() => reviewRead(world, STUDY, me, 'none', request)).toThrow('no such committed read');
  expect(world.store.audit.list(9, 0).filter(({ action }) => action === 'peer-review')).toHaveLength(2);
});
