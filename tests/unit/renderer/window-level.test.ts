import { describe, expect, test } from 'vitest';
import { windowEnds } from '../../../electron/shared/frame-values.ts';
import { dragWindow, greyOf, windowOfRange } from '../../../renderer/viewer/window-level.ts';

describe('window and level as PS3.3 C.11.2.1.2.1 has it', () => {
  test('centre 2048, width 4096 draws 0 black and 4095 white', () => {
    expect(windowEnds({ centre: 2048, width: 4096 }, 'LINEAR')).toEqual([0, 4095]);
  });
  test('a range and its window are the same thing', () => {
    expect(windowEnds(windowOfRange(-160, 239), 'LINEAR')).toEqual([-160, 239]);
  });
  test('greys below, inside and above', () => {
    const window = { centre: 40, width: 400 };
    expect([greyOf(-1000, window), greyOf(39.5, window), greyOf(240, window)]).toEqual([0, 128, 255]);
  });
  test('a width of 1 is a step', () => {
    expect([greyOf(9, { centre: 10, width: 1 }), greyOf(10, { centre: 10, width: 1 })]).toEqual([0, 255]);
  });
  test('a drag to the right widens and one down raises the centre; the width never falls below 1', () => {
    const wider = dragWindow({ centre: 40, width: 256 }, 10, 5);
    expect(wider).toEqual({ centre: 45, width: 266 });
    expect(dragWindow({ centre: 40, width: 256 }, -5000, 0).width).toBe(1);
    const exact = dragWindow({ centre: 0.5, width: 1 }, -64, 64, true);
    expect(exact).toEqual({ centre: 0.75, width: 0.75 });
  });
});
