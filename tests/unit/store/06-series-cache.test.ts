import { describe, expect, it } from 'vitest';
import { SeriesCache } from '../../../electron/store/series-cache.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { stage, temporaryStore } from './parts.ts';

const [STUDY, SERIES] = ['1.2.3.1', '1.2.3.1.1'];

/** Stores instances of the one series under these numbers. */
function put(store: Store, description: string, ...numbers: number[]): void {
  const staged = numbers.map((number) =>
    stage(
      store,
      { sopInstanceUID: `${SERIES}.${number}`, instanceNumber: number, seriesDescription: description },
      `${description} ${number}`,
    ),
  );
  store.studies.storeStudy(STUDY, staged, null, 'operator');
}

const inSeries = (store: Store): string[] =>
  store.studies
    .instancesOfSeries(SERIES)
    .map(({ header }) => `${header.seriesDescription} ${header.instanceNumber}`);

describe('the instances of a series', () => {
  it('are the very same array while nothing of it changed, whatever else is written', () => {
    const store = temporaryStore();
    put(store, 'axial', 1, 2);
    const first = store.studies.instancesOfSeries(SERIES);
    store.studies.flag(STUDY, 'A sign.');
    store.readers.create('R. Reader');
    expect(store.studies.instancesOfSeries(SERIES)).toBe(first);
  });

  it('are read anew when one is added', () => {
    const store = temporaryStore();
    put(store, 'axial', 1, 3);
    expect(inSeries(store)).toEqual(['axial 1', 'axial 3']);
    put(store, 'axial', 2);
    expect(inSeries(store)).toEqual(['axial 1', 'axial 2', 'axial 3']);
  });

  it('are read anew after a removal, though the rows have the numbers that the removed had', () => {
    const store = temporaryStore();
    put(store, 'axial', 1, 2);
    expect(inSeries(store)).toEqual(['axial 1', 'axial 2']);
    store.studies.remove(STUDY, 'operator');
    expect(() => inSeries(store)).toThrow('not here');
    put(store, 'mended', 1, 2);
    expect(inSeries(store)).toEqual(['mended 1', 'mended 2']);
  });

  it('are read anew when another process has written', () => {
    const store = temporaryStore();
    put(store, 'axial', 1, 2);
    expect(inSeries(store)).toEqual(['axial 1', 'axial 2']);
    const other = temporaryStore(store.directory);
    other.studies.remove(STUDY, 'operator');
    put(other, 'mended', 1, 2);
    expect(inSeries(store)).toEqual(['mended 1', 'mended 2']);
  });
});

describe('what is kept', () => {
  const of = (count: number) => () => Array.from({ length: count }, (_, i) => i);

  it('is at most 20,000 instances: the series not asked for the longest goes first', () => {
    const cache = new SeriesCache<number>();
    const a = cache.get('a', '1', of(9000));
    const b = cache.get('b', '1', of(9000));
    expect(cache.get('a', '1', of(9000))).toBe(a);
    cache.get('c', '1', of(9000));
    expect(cache.get('a', '1', of(9000))).toBe(a);
    expect(cache.get('b', '1', of(9000))).not.toBe(b);
  });

  it('is a single series that has more, until another is asked for', () => {
    const cache = new SeriesCache<number>();
    const large = cache.get('large', '1', of(30_000));
    expect(cache.get('large', '1', of(30_000))).toBe(large);
    cache.get('small', '1', of(1));
    expect(cache.get('large', '1', of(30_000))).not.toBe(large);
  });
});
