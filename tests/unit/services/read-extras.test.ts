import { describe, expect, it } from 'vitest';
import { checklistFor, checkLabel } from '../../../electron/shared/checklist.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { canonicalRead, sha256Of, verifyRead } from '../../../electron/services/canonical-read.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { withAnswer, withConfidence, withText } from '../../../renderer/features/reading/content.ts';
import { BOTH_FRAMES, onScreen, readingWorld, STUDY } from './reading-world.ts';

const EMPTY = { findings: [], noAbnormalFinding: true, impression: '' };

describe('the checklist', () => {
  it('is the one of the images, and none where nobody knows what they show', () => {
    expect(checklistFor(['DX'], ['CHEST'])?.id).toBe('chest-radiograph');
    expect(checklistFor(['CT', 'SR'], ['', 'chest'])?.id).toBe('chest-ct');
    expect(checklistFor(['MR'], ['Brain'])?.id).toBe('head');
    expect(checklistFor(['CR'], ['L-SPINE'])?.id).toBe('spine');
    expect(checklistFor(['DX'], ['HAND'])?.id).toBe('limb-radiograph');
    expect(checklistFor(['DX'], [''])).toBeNull();
    expect(checklistFor(['US'], ['ABDOMEN'])).toBeNull();
  });

  it('has a name for each region that is its own in its list', () => {
    for (const [modality, part] of [
      ['DX', 'CHEST'],
      ['CT', 'CHEST'],
      ['CT', 'HEAD'],
      ['CT', 'ABDOMEN'],
      ['MR', 'LSPINE'],
      ['DX', 'KNEE'],
    ] as const) {
      const ids = checklistFor([modality], [part])?.items.map(({ id }) => id) ?? [];
      expect(ids.length).toBeGreaterThan(4);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(checkLabel(id)).not.toBe(id);
    }
  });
});

describe('what else a read says', () => {
  it('is left out whole where nothing is said, so that an empty read is the same as ever', () => {
    const answered = withAnswer(EMPTY, 'lungs', 'normal');
    expect(answered).toEqual({ ...EMPTY, checklist: { lungs: 'normal' } });
    expect(withAnswer(answered, 'lungs', null)).toEqual(EMPTY);
    expect(withText(withText(EMPTY, 'CT'), '')).toEqual(EMPTY);
    expect(withConfidence(withConfidence(EMPTY, 3), 0)).toEqual(EMPTY);
  });

  it('is saved, committed and signed with it, the time at the study too', async () => {
    const world = readingWorld();
    openStudy(world, STUDY, world.reader.id);
    const content = withConfidence(withText(withAnswer(EMPTY, 'pleura', 'abnormal'), 'CT within a week.'), 3);
    saveRead(world, STUDY, world.reader.id, content);
    const read = await commitRead(world, STUDY, world.reader.id, {
      content: onScreen(world),
      framesDisplayed: BOTH_FRAMES,
      acknowledgeUnseen: false,
      activeSeconds: 83.4,
    });
    expect(read.content).toEqual(content);
    expect(read.activeSeconds).toBe(83);
    expect(verifyRead(world.store, read)).toBe('intact');
    expect(verifyRead(world.store, { ...read, activeSeconds: 20 })).toBe('changed');
    expect(verifyRead(world.store, { ...read, content: { ...content, recommendation: 'None.' } })).toBe(
      'changed',
    );
  });

  it('leaves the hash of a read from before it was known as it was', async () => {
    const world = readingWorld();
    openStudy(world, STUDY, world.reader.id);
    saveRead(world, STUDY, world.reader.id, EMPTY);
    const read = await commitRead(world, STUDY, world.reader.id, {
      content: onScreen(world),
      framesDisplayed: BOTH_FRAMES,
      acknowledgeUnseen: false,
    });
    expect(read.activeSeconds).toBeNull();
    const text = new TextDecoder().decode(canonicalRead(world.store, read));
    expect(text).not.toContain('activeSeconds');
    expect(text).not.toContain('checklist');
    expect(sha256Of(canonicalRead(world.store, read))).toBe(read.sha256);
  });
});
