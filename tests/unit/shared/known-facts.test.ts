import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  nearestKnown,
  OFFERED_BODY_PARTS,
  OFFERED_MODALITIES,
} from '../../../electron/shared/known-facts.ts';

it('names what a slip of the pen may have meant, and nothing where nothing is near', () => {
  expect(nearestKnown('modality', 'DX')).toBeNull();
  expect(nearestKnown('modality', 'DR')).toEqual(expect.arrayContaining(['DX', 'CR']));
  expect(nearestKnown('bodyPart', 'CHSET')).toEqual([]);
  expect(nearestKnown('bodyPart', 'CHESST')).toEqual(['CHEST']);
  expect(nearestKnown('bodyPart', 'KNEES')).toEqual(['KNEE']);
  expect(nearestKnown('bodyPart', 'FEMURE')?.[0]).toBe('FEMUR');
  expect(nearestKnown('bodyPart', 'QQQQQQ')).toEqual([]);
});

/** Whatever a model of the build reads can be stated in the window. */
it('the window offers every modality and body part that a model of the build is for', () => {
  const models = join(import.meta.dirname, '../../../models');
  const packs = readdirSync(models).filter((name) =>
    readdirSync(join(models, name)).includes('manifest.json'),
  );
  expect(packs.length).toBeGreaterThan(2);
  for (const pack of packs) {
    const { domain } = JSON.parse(readFileSync(join(models, pack, 'manifest.json'), 'utf8')) as {
      domain: { modalities: string[]; bodyParts: string[] };
    };
    expect(OFFERED_MODALITIES).toEqual(expect.arrayContaining(domain.modalities));
    expect(OFFERED_BODY_PARTS).toEqual(expect.arrayContaining(domain.bodyParts));
  }
});
