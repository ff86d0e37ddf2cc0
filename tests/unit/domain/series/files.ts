import type { DicomElement } from '../../../../electron/dicom/dicom-element.ts';
import { readHeader } from '../../../../electron/dicom/read-header.ts';
import { stacksOf } from '../../../../electron/domain/series/series-stacks.ts';
import type { InstanceHeader } from '../../../../electron/shared/ports.ts';
import type { StackDetail } from '../../../../electron/shared/stack.ts';
import { el, sample } from '../../dicom/samples.ts';

export const AXIAL = [1, 0, 0, 0, 1, 0];
export const SAGITTAL = [0, 1, 0, 0, 0, -1];

/** A slice as a real Part 10 file, written and read again. `uid` is the last part of its SOP Instance UID. */
export interface SliceFile {
  readonly uid: number;
  readonly number?: number;
  readonly position?: readonly number[];
  readonly orientation?: readonly number[];
  readonly elements?: readonly DicomElement[];
}

export function fileOf({ uid, number, position, orientation = AXIAL, elements = [] }: SliceFile): Uint8Array {
  const own = new Set(elements.map(({ tag }) => tag));
  const usual = [
    el('00080018 UI', `1.2.3.4.5.${uid}`),
    el('00280030 DS', [0.5, 0.5]),
    el('00200052 UI', '1.2.3.9'),
    ...(number === undefined ? [] : [el('00200013 IS', number)]),
    ...(position === undefined
      ? []
      : [el('00200032 DS', [...position]), el('00200037 DS', [...orientation])]),
  ];
  return sample([...usual.filter(({ tag }) => !own.has(tag)), ...elements]);
}

export const headerOf = (file: SliceFile): InstanceHeader => readHeader(fileOf(file));

export const stacksOfFiles = (files: readonly SliceFile[]): StackDetail[] => stacksOf(files.map(headerOf));

/** Last parts of the UIDs of a stack's frames, in its order. */
export function uidsOf({ runs }: StackDetail): number[] {
  return runs.map(({ sopInstanceUID }) => Number(sopInstanceUID.slice(sopInstanceUID.lastIndexOf('.') + 1)));
}

/** Axial slices at these heights, UIDs and numbers counted from 1 in the order given. */
export function axialSlices(heights: readonly number[], changes: Partial<SliceFile> = {}): SliceFile[] {
  return heights.map((z, i) => ({ uid: i + 1, number: i + 1, position: [-100, -100, z], ...changes }));
}

/** Codes of the reasons of a verdict; empty for a regular volume. */
export function codesOf({ verdict }: StackDetail): string[] {
  return verdict.kind === 'regular' ? [] : verdict.reasons.map(({ code }) => code);
}

/** A generator of numbers from 0 to 1 that gives the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
