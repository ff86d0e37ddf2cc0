import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDecoderPool, type DecoderPoolOptions } from '../../../electron/dicom/decoder-pool.ts';
import { openFileSource } from '../../../electron/dicom/file-source.ts';
import type { Decoder } from '../../../electron/shared/ports.ts';
import { codeOf, el, sample } from './samples.ts';

let folder: string;
let pool: Decoder | null = null;
const open = (options: DecoderPoolOptions = {}): Decoder => {
  pool = createDecoderPool(options);
  return pool;
};
const faulty = new URL('./workers/faulty-worker.mjs', import.meta.url);
const at = (name: string) => ({ path: join(folder, name) });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overread-pool-'));
  writeFileSync(join(folder, 'a.dcm'), sample());
  const frames = new Uint8Array(Int16Array.from({ length: 6 * 40 }, (_, i) => Math.floor(i / 6)).buffer);
  writeFileSync(join(folder, 'many.dcm'), sample([el('00280008 IS', 40), el('7FE00010 OW', frames)]));
  writeFileSync(join(folder, 'cut.dcm'), sample().subarray(0, 400));
  const entries = new Uint8Array(Uint16Array.from([0x1000, 0x2000, 0xff00]).buffer);
  const descriptor = [3, 0, 16];
  writeFileSync(
    join(folder, 'palette.dcm'),
    sample([
      el('00280004 CS', 'PALETTE COLOR'),
      el('00280103 US', 0),
      el('00281101 US', descriptor),
      el('00281102 US', descriptor),
      el('00281103 US', descriptor),
      el('00281201 OW', entries),
      el('00281202 OW', entries),
      el('00281203 OW', entries),
      el('7FE00010 OW', new Uint8Array(Uint16Array.from([0, 1, 2, 3, 9, 0]).buffer)),
    ]),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await pool?.close();
  pool = null;
});

describe('the decoder pool', () => {
  it('decodes frames of many requests at once, each its own', async () => {
    const decoder = open();
    const frames = await Promise.all(
      Array.from({ length: 40 }, (_, frame) => decoder.decode(at('many.dcm'), frame)),
    );
    expect(frames.map(({ data }) => data[0])).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('takes the threads that were warmed, and starts none once it is closed', async () => {
    const decoder = open({ workers: 1 });
    decoder.warm();
    decoder.warm();
    expect((await decoder.decode(at('many.dcm'), 3)).data[0]).toBe(3);
    await decoder.close();
    decoder.warm();
    await expect(decoder.decode(at('many.dcm'), 3)).rejects.toThrow(/closed/);
  });

  it('goes from file to file and back, and gives the same frames again', async () => {
    const decoder = open({ workers: 1 });
    const both = async () => [
      (await decoder.decode(at('many.dcm'), 7)).data,
      (await decoder.decode(at('a.dcm'), 0)).data,
    ];
    const [first, other] = await both();
    const again = await both();
    expect(again).toEqual([first, other]);
    expect(first?.[0]).toBe(7);
    expect(other?.length).toBeGreaterThan(0);
  });

  it('reads a file once for frames that follow each other', async () => {
    let opened = 0;
    const decoder = open({
      workers: 1,
      openSource: (path) => {
        opened++;
        return openFileSource(path);
      },
    });
    for (let frame = 0; frame < 5; frame++) await decoder.decode(at('many.dcm'), frame);
    expect(opened).toBe(1);
  });

  it('gives the refusal of the decoder with its code, again for each frame', async () => {
    const decoder = open({ workers: 1 });
    expect(await codeOf(() => decoder.decode(at('cut.dcm'), 0))).toBe('truncated');
    expect(await codeOf(() => decoder.decode(at('cut.dcm'), 0))).toBe('truncated');
    expect(await codeOf(() => decoder.decode(at('absent.dcm'), 0))).toBe('unreadable');
    expect(await codeOf(() => decoder.decode(at('many.dcm'), 40))).toBe('frame-out-of-range');
    expect((await decoder.decode(at('a.dcm'), 0)).data.length).toBe(6);
  });

  it('turns a palette into colours for the screen, and leaves the indices where told', async () => {
    const shown = await open().decode(at('palette.dcm'), 0);
    expect(shown).toMatchObject({ samples: 3, type: 'uint8', photometric: 'RGB' });
    expect([...shown.data].filter((_, i) => i % 3 === 0)).toEqual([0x10, 0x20, 0xff, 0xff, 0xff, 0x10]);
    await pool?.close();
    const stored = await open({ palette: 'indices' }).decode(at('palette.dcm'), 0);
    expect([...stored.data]).toEqual([0, 1, 2, 3, 9, 0]);
  });

  it('refuses the frame on which a worker dies, and goes on', async () => {
    const decoder = open({ workers: 1, workerUrl: faulty });
    const outcomes = await Promise.all(
      [0, 1, 3].map((frame) => codeOf(() => decoder.decode(at('a.dcm'), frame))),
    );
    expect(outcomes).toEqual(['accepted', 'decoder-died', 'accepted']);
  });

  it('refuses the frame on which a worker hangs, and goes on', async () => {
    const decoder = open({ workers: 1, workerUrl: faulty, timeoutMs: 4000 });
    const outcomes = await Promise.all(
      [2, 4].map((frame) => codeOf(() => decoder.decode(at('a.dcm'), frame))),
    );
    expect(outcomes).toEqual(['decoder-timeout', 'accepted']);
  });

  it('drops what is cancelled, before and while it waits', async () => {
    const decoder = open({ workers: 1 });
    const controller = new AbortController();
    const going = decoder.decode(at('many.dcm'), 0);
    const waiting = decoder.decode(at('many.dcm'), 1, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ type: 'cancelled' });
    await expect(decoder.decode(at('a.dcm'), 0, controller.signal)).rejects.toMatchObject({
      type: 'cancelled',
    });
    expect((await going).data[0]).toBe(0);
  });

  it('takes the newest request first', async () => {
    const decoder = open({ workers: 1, workerUrl: faulty });
    const order: number[] = [];
    await Promise.all(
      [10, 11, 12, 13].map((frame) => decoder.decode(at('a.dcm'), frame).then(() => order.push(frame))),
    );
    expect(order).toEqual([10, 13, 12, 11]);
  });
});
