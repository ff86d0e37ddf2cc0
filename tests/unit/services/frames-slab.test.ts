import { describe, expect, test, vi } from 'vitest';
import { SLAB_BYTES, seriesSlab, type SlabDeps } from '../../../electron/services/frames-slab.ts';
import type { FrameValues } from '../../../electron/shared/frame-values.ts';
import { frameValues } from '../../fixtures/frame-values.ts';
import { parseSlab } from '../../../renderer/viewer/slab.ts';
import { Cancelled, Refused } from '../../../electron/shared/errors.ts';

interface Header {
  tables: unknown[];
  frames: { frame: number; offset?: number; byteLength?: number; error?: { code: string } }[];
}

function headerOf(slab: Uint8Array<ArrayBuffer>): Header {
  const length = new DataView(slab.buffer).getUint32(4, true);
  return JSON.parse(new TextDecoder().decode(slab.subarray(8, 8 + length))) as Header;
}

/** A series of one multi-frame instance whose frames decode to `rows` bytes that hold the frame's number. */
function setUp(
  frames: number,
  rows: number,
  fails: (frame: number) => Error | null = () => null,
  values: (frame: number) => Partial<FrameValues> = () => ({}),
) {
  const flags: string[] = [];
  const flagged = vi.fn();
  const header = {
    sopInstanceUID: '1.2.3',
    studyInstanceUID: '1.2',
    image: { frames, rows, columns: 1, samples: 1, bitsAllocated: 8 },
  };
  const deps = {
    studies: {
      instance: () => ({ header, location: { path: '/x' } }),
      instancesOfSeries: () => [{ header, location: { path: '/x' } }],
      detail: () => ({ flags }),
      flag: (_study: string, words: string) => flags.push(words),
    },
    decoder: {
      decode: (_location: unknown, frame: number) => {
        const error = fails(frame);
        if (error !== null) return Promise.reject(error);
        const data = new Uint8Array(rows).fill(frame);
        return Promise.resolve({
          rows,
          columns: 1,
          samples: 1,
          type: 'uint8',
          photometric: 'MONOCHROME2',
          data,
          values: frameValues(values(frame)),
        });
      },
    },
    flagged,
  } as unknown as SlabDeps;
  return { deps, flags, flagged };
}

describe('a slab of frames', () => {
  test('carries each frame’s own values to the window, and a table once', async () => {
    const table = { first: -1, bits: 12, entries: Uint16Array.of(0, 7, 4095) };
    const { deps } = setUp(
      3,
      8,
      () => null,
      (frame) => ({
        rescaleIntercept: 0 - frame,
        modalityLut: frame === 2 ? null : { ...table },
        voiLut: frame === 1 ? { ...table, first: 5 } : null,
        notes: [`frame ${frame}`],
      }),
    );
    const slab = await seriesSlab(deps, '1.2.4', 0, 3);
    const got = parseSlab(slab.buffer).map((frame) => frame.status === 'decoded' && frame.decoded.values);
    const entries = [0, 7, 4095];
    expect(got).toEqual([
      frameValues({ rescaleIntercept: 0, modalityLut: { ...table, entries }, notes: ['frame 0'] }),
      frameValues({
        rescaleIntercept: -1,
        modalityLut: { ...table, entries },
        voiLut: { ...table, first: 5, entries },
        notes: ['frame 1'],
      }),
      frameValues({ rescaleIntercept: -2, notes: ['frame 2'] }),
    ]);
    expect(headerOf(slab).tables).toHaveLength(2);
  });

  test('holds at most 64 frames, each where its offset says', async () => {
    const { deps } = setUp(100, 5);
    const slab = await seriesSlab(deps, '1', 30, 1000);
    const { frames } = headerOf(slab);
    expect(frames.map(({ frame }) => frame)).toEqual(Array.from({ length: 64 }, (_, i) => 30 + i));
    const body = 8 + new DataView(slab.buffer).getUint32(4, true);
    for (const { frame, offset = -1, byteLength = 0 } of frames) {
      expect(offset % 8).toBe(0);
      expect([...slab.subarray(body + offset, body + offset + byteLength)]).toEqual(
        Array.from({ length: 5 }, () => frame),
      );
    }
  });

  test('gives the memory of the frames back that it was made of', async () => {
    const { deps } = setUp(2, 64);
    const made: Uint8Array[] = [];
    const { decode } = deps.decoder;
    deps.decoder.decode = async (...request) => {
      const frame = await decode(...request);
      made.push(frame.data as Uint8Array);
      return frame;
    };
    expect(parseSlab((await seriesSlab(deps, '1', 0, 2)).buffer)).toHaveLength(2);
    expect(made.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
  });

  test('stays within its bytes, and holds one frame that is larger alone', async () => {
    const half = await seriesSlab(setUp(8, SLAB_BYTES / 2).deps, '1', 0, 8);
    expect(headerOf(half).frames).toHaveLength(2);
    const large = await seriesSlab(setUp(8, SLAB_BYTES + 8).deps, '1', 3, 8);
    expect(headerOf(large).frames.map(({ frame }) => frame)).toEqual([3]);
  });

  test('a frame that fails is an entry with its reason; the study is flagged once', async () => {
    const refused = (frame: number): Error | null =>
      frame % 2 === 0 ? new Refused('damaged', 'It is cut off.') : null;
    const { deps, flags, flagged } = setUp(4, 3, refused);
    const { frames } = headerOf(await seriesSlab(deps, '1', 0, 4));
    expect(frames.map(({ error }) => error?.code)).toEqual(['damaged', undefined, 'damaged', undefined]);
    await seriesSlab(deps, '1', 0, 4);
    expect(flags).toHaveLength(1);
    expect(flagged).toHaveBeenCalledExactlyOnceWith('1.2');
  });

  test('a cancelled request is no failed frame', async () => {
    const { deps, flags } = setUp(1, 3, () => new Cancelled());
    await expect(seriesSlab(deps, '1', 0, 1)).rejects.toThrow('Cancelled');
    expect(flags).toEqual([]);
  });

  test('refuses a frame that is not there', async () => {
    await expect(seriesSlab(setUp(2, 3).deps, '1', 2, 1)).rejects.toThrow('no frame 3');
  });

  test('holds the frames of one stack in its order, and of the whole series without one', async () => {
    const { deps } = setUp(4, 3);
    const position = (z: number) => ({ position: [0, 0, z], orientation: [1, 0, 0, 0, 1, 0] });
    const [instance] = deps.studies.instancesOfSeries('1');
    const geometry = {
      frameOfReferenceUID: null,
      dimensions: [],
      common: {},
      // Frames 3, 1 and 0 lie from the bottom up; frame 2 has no position.
      frames: [position(9), position(6), {}, position(3)],
    };
    Object.assign(instance?.header ?? {}, { geometry, notDrawn: null, instanceNumber: 1, kind: 'Image' });
    const numbers = async (stack?: number) =>
      headerOf(await seriesSlab(deps, '1', 0, 9, undefined, stack)).frames.map(({ frame }) => frame);
    expect(await numbers(0)).toEqual([3, 1, 0]);
    expect(await numbers(1)).toEqual([2]);
    expect(await numbers()).toEqual([0, 1, 2, 3]);
    await expect(numbers(2)).rejects.toMatchObject({ code: 'stack-unknown', detail: { stacks: 2 } });
  });
});
