import { describe, expect, test } from 'vitest';
import { seriesSlab, type SlabDeps } from '../../../electron/services/frames-slab.ts';
import { Refused } from '../../../electron/shared/errors.ts';
import type { InstanceHeader, Store } from '../../../electron/shared/ports.ts';
import { parseSlab } from '../../../renderer/viewer/slab.ts';
import { frameValues } from '../../fixtures/frame-values.ts';
import { el } from '../dicom/samples.ts';
import { headerOf, type SliceFile } from '../domain/series/files.ts';
import { COMMITTED, stage, temporaryStore } from '../store/parts.ts';

const STUDY = '1.2.3';
const SERIES = '1.2.3.4';

const decoder = {
  decode: () =>
    Promise.resolve({
      rows: 2,
      columns: 3,
      samples: 1,
      type: 'int16',
      photometric: 'MONOCHROME2',
      data: new Int16Array(6),
      values: frameValues(),
    }),
} as unknown as SlabDeps['decoder'];

const depsFor = (studies: SlabDeps['studies'], readerId: string | null): SlabDeps => ({
  studies,
  decoder,
  flagged: () => undefined,
  readerId,
});

/** Last parts of the UIDs of the first frames of a stack as this reader is given them; the code where it is refused. */
async function shown(studies: SlabDeps['studies'], readerId: string | null, stack: number): Promise<unknown> {
  try {
    const slab = await seriesSlab(depsFor(studies, readerId), SERIES, 0, 16, undefined, stack);
    return parseSlab(slab.buffer).map(({ sopInstanceUID }) => Number(sopInstanceUID.split('.').at(-1)));
  } catch (thrown) {
    return thrown instanceof Refused ? thrown.code : thrown;
  }
}

const slice = (uid: number, z: number, b: number): SliceFile => ({
  uid,
  number: uid,
  position: [0, 0, z],
  elements: [el('00189087 FD', b)],
});

/** Two b-values; of the first one slice, and all of the second, are of unknown origin or an algorithm's. */
function world(): { store: Store; done: string; blind: string } {
  const store = temporaryStore();
  const files: [SliceFile, InstanceHeader['origin']][] = [
    [slice(1, 0, 0), 'known'],
    [slice(2, 2, 0), 'unknown'],
    [slice(3, 4, 0), 'known'],
    [slice(4, 0, 1000), 'algorithm'],
    [slice(5, 2, 1000), 'algorithm'],
  ];
  const staged = files.map(([file, origin]) =>
    stage(store, { ...headerOf(file), ...(origin === undefined ? {} : { origin }) }, `file ${file.uid}`),
  );
  store.studies.storeStudy(STUDY, staged, null, 'operator');
  const done = store.readers.create('D. Done').id;
  const blind = store.readers.create('B. Blind').id;
  store.reads.commit(store.reads.begin(STUDY, done).id, COMMITTED);
  return { store, done, blind };
}

describe('the stacks that slabs are of', () => {
  test('are each reader’s own, whoever asked before', async () => {
    const { store, done, blind } = world();
    for (let round = 0; round < 2; round += 1) {
      expect(await shown(store.studies, done, 0)).toEqual([1, 2, 3]);
      expect(await shown(store.studies, blind, 0)).toEqual([1, 3]);
      expect(await shown(store.studies, done, 1)).toEqual([4, 5]);
      expect(await shown(store.studies, blind, 1)).toBe('stack-unknown');
      expect(await shown(store.studies, null, 1)).toBe('stack-unknown');
    }
  });

  test('change with what a reader may see: a release, then a commit', async () => {
    const { store, blind } = world();
    expect(await shown(store.studies, blind, 0)).toEqual([1, 3]);
    store.studies.state(STUDY, { origin: 'not from an algorithm' }, 'operator');
    expect(await shown(store.studies, blind, 0)).toEqual([1, 2, 3]);
    expect(await shown(store.studies, blind, 1)).toBe('stack-unknown');
    store.studies.state(STUDY, {}, 'operator');
    expect(await shown(store.studies, blind, 0)).toEqual([1, 3]);
    store.reads.commit(store.reads.begin(STUDY, blind).id, COMMITTED);
    expect(await shown(store.studies, blind, 1)).toEqual([4, 5]);
  });

  test('hold what was added since', async () => {
    const { store, done } = world();
    expect(await shown(store.studies, done, 0)).toEqual([1, 2, 3]);
    const more = stage(store, headerOf(slice(6, 1, 0)), 'file 6');
    store.studies.storeStudy(STUDY, [more], null, 'operator');
    expect(await shown(store.studies, done, 0)).toEqual([1, 6, 2, 3]);
  });

  test('are divided once for one reader’s many slabs', async () => {
    const { store, done, blind } = world();
    let asked = 0;
    const all = store.studies.instancesOfSeries(SERIES).map((one) => ({
      ...one,
      header: Object.defineProperty({ ...one.header }, 'geometry', {
        get: () => {
          asked += 1;
          return one.header.geometry;
        },
      }),
    }));
    const studies = {
      instancesOfSeries: () => all,
      withheld: (uid: string, reader: string | null) => store.studies.withheld(uid, reader),
    } as unknown as SlabDeps['studies'];
    const first = [await shown(studies, done, 0), await shown(studies, blind, 0)];
    expect(first).toEqual([
      [1, 2, 3],
      [1, 3],
    ]);
    const before = asked;
    expect(before).toBeGreaterThan(0);
    expect([await shown(studies, done, 0), await shown(studies, blind, 0)]).toEqual(first);
    expect(asked).toBe(before);
  });
});
