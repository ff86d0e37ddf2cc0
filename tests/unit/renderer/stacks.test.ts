import { describe, expect, test } from 'vitest';
import type { StackDetail, StackReason } from '../../../electron/shared/stack.ts';
import type { SeriesDetail } from '../../../electron/shared/study.ts';
import { signOf } from '../../../renderer/study/StackSign.tsx';
import { stackWords, studySeries } from '../../../renderer/study/study-series.ts';
import { framesOfStack } from '../../../renderer/viewer/frames-of-stack.ts';
import { FrameSource } from '../../../renderer/viewer/frame-source.ts';
import { KeptSources } from '../../../renderer/viewer/kept-sources.ts';

const run = (sopInstanceUID: string, first = 0, count = 1): StackDetail['runs'][number] => ({
  sopInstanceUID,
  first,
  count,
  plane: null,
});

const stack = (changes: Partial<StackDetail> = {}): StackDetail => ({
  label: '',
  frames: 3,
  runs: [run('1.3'), run('1.1'), run('1.2')],
  locations: [-4, 0, 8],
  locationSource: 'file',
  gaps: [],
  duplicates: [],
  measures: { places: 3, distance: { min: 4, median: 4, max: 8 }, tilt: 0, shift: 0 },
  verdict: { kind: 'regular' },
  ...changes,
});

function series(stacks: StackDetail[], frames = 1): SeriesDetail {
  const image = {
    frames,
    rows: 2,
    columns: 2,
    position: [0, 0, 0],
    orientation: [1, 0, 0, 0, 1, 0],
    pixelSpacing: [1, 1],
  };
  return {
    seriesInstanceUID: '1',
    modality: 'CT',
    description: 'Head',
    instances: ['1.1', '1.2', '1.3'].map((sopInstanceUID) => ({ sopInstanceUID, image })),
    stacks,
  } as unknown as SeriesDetail;
}

const notices = (of: StackDetail, frames = 1) =>
  framesOfStack(series([of], frames), of).map(({ place }) => place?.notices ?? null);

describe('the frames of a stack', () => {
  test('come in its order, each with its location', () => {
    const frames = framesOfStack(series([stack()]), stack());
    expect(frames.map(({ key, place }) => [key, place?.location, place?.slice])).toEqual([
      ['1.3#0', -4, true],
      ['1.1#0', 0, true],
      ['1.2#0', 8, true],
    ]);
  });

  test('have a notice on both sides of a gap, and none elsewhere', () => {
    const gap = stack({ gaps: [{ after: 1, missing: 1, distance: 8, expected: 4 }] });
    expect(notices(gap)).toEqual([
      [],
      ['Gap after this slice: 1 slice seems to be missing (8.00 mm instead of 4.00)'],
      ['Gap before this slice: 1 slice seems to be missing (8.00 mm instead of 4.00)'],
    ]);
  });

  test('say so where several lie at one position, unless that is what the stack is', () => {
    const duplicates = [{ first: 1, count: 2 }];
    expect(notices(stack({ duplicates }))).toEqual([
      [],
      ['One of 2 images at this position'],
      ['One of 2 images at this position'],
    ]);
    const measures = { places: 1, distance: null, tilt: null, shift: 0 };
    expect(notices(stack({ duplicates: [{ first: 0, count: 3 }], measures })).flat()).toEqual([]);
  });

  test('of a multi-frame object have their own plane, and none where the object does not say', () => {
    const plane: StackDetail['runs'][number]['plane'] = {
      position: [0, 0, 7],
      orientation: [0, 1, 0, 0, 0, -1],
      pixelSpacing: [0.5, 0.5],
    };
    const unknown = { position: null, orientation: null, pixelSpacing: null };
    const own = stack({
      runs: [
        { ...run('1.1', 2), plane },
        { ...run('1.1', 0, 2), plane: unknown },
      ],
    });
    const frames = framesOfStack(series([own], 3), own);
    expect(frames.map(({ frame }) => frame)).toEqual([2, 0, 1]);
    expect(frames[0]?.image).toMatchObject({ frames: 3, ...plane });
    expect(frames[1]?.image).toMatchObject({ frames: 3, ...unknown });
    expect(framesOfStack(series([stack()]), stack())[0]?.image).toMatchObject({ position: [0, 0, 0] });
  });

  test('are asked for by the stack’s number', async () => {
    const asked: string[] = [];
    const source = new FrameSource(
      '1.2',
      framesOfStack(series([stack()]), stack()),
      (path) => {
        asked.push(path);
        return Promise.reject(new Error('down'));
      },
      2 ** 20,
      4,
    );
    await source.get(1);
    expect(asked).toEqual(['/api/series/1.2/frames?stack=4&from=1&count=1']);
  });
});

describe('the sources of stacks', () => {
  const make = () => new FrameSource('1', [], () => Promise.reject(new Error('down')));

  test('are kept for the stacks looked at last; the others are freed', () => {
    const kept = new KeptSources<string>(2, 2 ** 20);
    const [a, b] = [kept.get('a', make), kept.get('b', make)];
    expect(kept.get('a', make)).toBe(a);
    const c = kept.get('c', make);
    expect([a, b, c].map(({ disposed }) => disposed)).toEqual([false, true, false]);
    expect(kept.get('b', make)).not.toBe(b);
  });

  test('hold no more beside the one that is looked at than they may, the one before it excepted', async () => {
    const filled = () => {
      const source = new FrameSource('1', [], () => Promise.reject(new Error('down')));
      Object.defineProperty(source, 'bytes', { value: 10 });
      return source;
    };
    const kept = new KeptSources<string>(9, 20);
    const [a, b, c] = ['a', 'b', 'c'].map((key) => kept.get(key, filled));
    expect([a, b, c].map((source) => source?.disposed)).toEqual([false, false, false]);
    const d = kept.get('d', filled);
    expect([a, b, c, d].map((source) => source?.disposed)).toEqual([true, false, false, false]);
    const tight = new KeptSources<string>(9, 5);
    const [e, f] = ['e', 'f'].map((key) => tight.get(key, filled));
    expect([e, f].map((source) => source?.disposed)).toEqual([false, false]);
  });

  test('are all freed with the screen, and made anew after that', () => {
    const kept = new KeptSources<string>(2, 2 ** 20);
    const a = kept.get('a', make);
    kept.dispose();
    expect(a.disposed).toBe(true);
    expect(kept.get('a', make).disposed).toBe(false);
  });
});

describe('the series panel', () => {
  test('has a line for each stack, and one for a series without pixels', () => {
    const lines = studySeries([
      series([stack({ label: 'b 0 s/mm²' }), stack({ label: 'b 1000 s/mm²', runs: [run('1.2')] })]),
      { ...series([]), seriesInstanceUID: '2', description: '', modality: 'SR' },
    ]);
    expect(lines.map((line) => [line.key, stackWords(line), line.frames.length])).toEqual([
      ['1/0', 'Head · b 0 s/mm²', 3],
      ['1/1', 'Head · b 1000 s/mm²', 1],
      ['2', 'SR series', 0],
    ]);
  });

  const reason = (code: StackReason['code']): StackReason => ({
    code,
    sign: `sign of ${code}`,
    words: `Words of ${code}.`,
  });
  const sign = (verdict: StackDetail['verdict'], frames = 3, modality = 'CT') =>
    signOf({ ...series([]), modality }, stack({ verdict, frames }));

  test('says nothing of a regular volume', () => {
    expect(sign({ kind: 'regular' })).toBeNull();
  });

  test('names every reason, those that are odd as faults, and gives all their words', () => {
    const reasons = [reason('missing-slices'), reason('tilt')];
    expect(sign({ kind: 'not-a-volume', reasons })).toEqual({
      short: [
        { words: 'sign of missing-slices', fault: true },
        { words: 'sign of tilt', fault: false },
      ],
      words: 'Not a volume. Words of missing-slices. Words of tilt.',
    });
    expect(sign({ kind: 'resampled', reasons: [reason('shifted')] })).toEqual({
      short: [{ words: 'sign of shifted', fault: true }],
      words: 'A volume only after resampling. Words of shifted.',
    });
  });

  test('says nothing of single images, localisers and projections', () => {
    expect(sign({ kind: 'not-a-volume', reasons: [reason('one-plane')] })).not.toBeNull();
    expect(sign({ kind: 'not-a-volume', reasons: [reason('too-few')] }, 1)).toBeNull();
    expect(sign({ kind: 'not-a-volume', reasons: [reason('localiser')] })).toBeNull();
    expect(sign({ kind: 'not-a-volume', reasons: [reason('no-position')] }, 2, 'DX')).toBeNull();
    expect(sign({ kind: 'not-a-volume', reasons: [reason('no-position')] }, 2, 'MR')).not.toBeNull();
  });
});
