import { expect, test } from 'vitest';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { verifyRead } from '../../../electron/services/canonical-read.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { revealMap } from '../../../electron/services/reveal-comparison.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { showAi, shownAi } from '../../../electron/services/show-ai.ts';
import type { AiMode } from '../../../electron/shared/read.ts';
import {
  BOTH_FRAMES,
  onScreen,
  readerFinding,
  readingWorld,
  type ReadingWorld,
  saveResult,
  STUDY,
} from './reading-world.ts';

function opened(aiMode?: AiMode): ReadingWorld & { aiMode?: AiMode } {
  const world = readingWorld();
  saveResult(world);
  openStudy(world, STUDY, world.reader.id);
  return aiMode === undefined ? world : { ...world, aiMode };
}

const commit = async (world: ReadingWorld & { aiMode?: AiMode }) =>
  commitRead(world, STUDY, world.reader.id, {
    content: onScreen(world),
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });

test.each([undefined, 'blind-first'] as const)(
  'blind first shows nothing before the commit (%s)',
  async (mode) => {
    const world = opened(mode);
    expect(() => showAi(world, STUDY, world.reader.id)).toThrow('reads blind first');
    expect(() => shownAi(world, STUDY, world.reader.id)).toThrow('was not shown');
    saveRead(world, STUDY, world.reader.id, { findings: [], noAbnormalFinding: true, impression: '' });
    expect(await commit(world)).toMatchObject({ aiMode: 'blind-first', aiShownAt: null });
  },
);

test.each(['on-request', 'ai-first'] as const)(
  '%s: shown, noted once, signed with the read',
  async (mode) => {
    const world = opened(mode);
    expect(() => shownAi(world, STUDY, world.reader.id)).toThrow('was not shown');
    const shown = showAi(world, STUDY, world.reader.id);
    expect(shown.items.map(({ kind }) => kind)).toEqual(['ai-only']);
    expect(shown.read.aiShownAt).not.toBeNull();
    showAi(world, STUDY, world.reader.id);
    const reveals = world.store.audit.list(50, 0).filter(({ action }) => action === 'reveal');
    expect(reveals).toMatchObject([{ detail: { beforeCommit: true, aiMode: mode } }]);
    // A finding of the reader changes nothing of what is shown: no line is about it.
    saveRead(world, STUDY, world.reader.id, {
      findings: [readerFinding()],
      noAbnormalFinding: false,
      impression: 'x',
    });
    expect(shownAi(world, STUDY, world.reader.id).items.map(({ kind }) => kind)).toEqual(['ai-only']);
    const read = await commit(world);
    expect(read).toMatchObject({ aiMode: mode, aiShownAt: shown.read.aiShownAt });
    expect(verifyRead(world.store, read)).toBe('intact');
    expect(verifyRead(world.store, { ...read, aiShownAt: null })).toBe('changed');
    expect(() => showAi(world, STUDY, world.reader.id)).toThrow('committed');
  },
);

test('whoever did not ask has a blind read, whatever the policy allows; and sees no map', async () => {
  const world = opened('on-request');
  const address = { recordId: 'record-1', outputId: 'attention', sopInstanceUID: '1', frame: 0 };
  expect(() => revealMap(world, STUDY, world.reader.id, address)).toThrow('not committed');
  saveRead(world, STUDY, world.reader.id, { findings: [], noAbnormalFinding: true, impression: '' });
  expect(await commit(world)).toMatchObject({ aiMode: 'on-request', aiShownAt: null });
});

test('what one reader was shown, another was not', () => {
  const world = opened('on-request');
  showAi(world, STUDY, world.reader.id);
  const other = world.store.readers.create('Other');
  openStudy(world, STUDY, other.id);
  expect(() => shownAi(world, STUDY, other.id)).toThrow('was not shown');
});
