import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FrameSource, openFrames, readFrameOf } from '../../electron/dicom/decode-frame.ts';
import { toDisplayRgb } from '../../electron/dicom/palette.ts';
import { Refused } from '../../electron/shared/errors.ts';
import {
  modalityRange,
  modalityTransform,
  openingVoi,
  voiTransform,
} from '../../electron/shared/frame-values.ts';
import type { FrameWithValues } from '../../electron/shared/pixels.ts';
import { renderFrame } from '../../electron/services/key-image.ts';
import type { CorpusFile } from './corpus.ts';

/** What values may become: each a reading of `meaning.py`. */
const KINDS = ['modality', 'greys', 'colours', 'dcmtk'] as const;
type Kind = (typeof KINDS)[number];
/** One step of these can be seen on a screen, so it is named. */
const ROUNDED: ReadonlySet<Kind> = new Set(['colours', 'dcmtk']);

type Reading = { readonly frames: number; readonly error?: undefined } | { readonly error: string };

/** How the meaning of one file's values came out beside the references. */
export interface MeaningOutcome {
  readonly name: string;
  /** 'exact': every reading equal, or within its own rounding; 'within 1': one step of 255 from dcmtk's; only 'differs' fails. */
  readonly verdict: 'exact' | 'within 1' | 'refused' | 'not compared' | 'differs';
  readonly detail: string;
}

/** The largest difference that is rounding: of products, of 65,535 greys, of lines in a segmented palette, of 255 greys in dcmtk's integers. */
const ROUNDING: Readonly<Record<Kind, number>> = { modality: 1e-9, greys: 1, colours: 1, dcmtk: 1 };

function ours(kind: Kind, frame: FrameWithValues, source: FrameSource): ArrayLike<number> {
  const palette = frame.photometric === 'PALETTE COLOR';
  switch (kind) {
    case 'modality':
      return Float64Array.from(frame.data, modalityTransform(frame.values));
    case 'greys': {
      const share = voiTransform(openingVoi(frame.values, modalityRange(frame.data, frame.values)));
      const modality = modalityTransform(frame.values);
      const turned = frame.photometric === 'MONOCHROME1';
      return Uint16Array.from(frame.data, (stored) => {
        const white = share(modality(stored));
        return Math.round(65_535 * (turned ? 1 - white : white));
      });
    }
    case 'colours':
      return toDisplayRgb(source.object, frame).data;
    case 'dcmtk':
      return palette
        ? toDisplayRgb(source.object, frame).data
        : renderFrame(frame, source.layout.bitsStored).data;
  }
}

function theirs(kind: Kind, path: string): ArrayLike<number> {
  const bytes = readFileSync(path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  if (kind === 'modality') return new Float64Array(buffer);
  return kind === 'greys' ? new Uint16Array(buffer) : new Uint8Array(buffer);
}

async function difference(kind: Kind, source: FrameSource, path: string): Promise<number> {
  const all = theirs(kind, path);
  let at = 0;
  let largest = 0;
  for (let frame = 0; frame < source.layout.frames; frame++) {
    const mine = ours(kind, await readFrameOf(source, frame), source);
    for (let i = 0; i < mine.length; i++, at++) {
      const apart = Math.abs((mine[i] as number) - (all[at] ?? Number.NaN));
      if (!(apart <= largest)) largest = apart;
    }
  }
  return at === all.length ? largest : Number.POSITIVE_INFINITY;
}

/**
 * Modality values must be equal. Greys and colours are read by two references, which may contradict each other: one that agrees
 * decides, and the table shows the other.
 */
function verdictOf(found: ReadonlyMap<Kind, number>): MeaningOutcome['verdict'] {
  const holds = (kind: Kind): boolean => (found.get(kind) ?? 0) <= ROUNDING[kind];
  const pictures = [...found.keys()].filter((kind) => kind !== 'modality');
  const agreeing = pictures.filter(holds);
  if (!holds('modality') || (pictures.length > 0 && agreeing.length === 0)) return 'differs';
  if (found.size === 0) return 'not compared';
  return agreeing.some((kind) => ROUNDED.has(kind) && found.get(kind) !== 0) ? 'within 1' : 'exact';
}

async function judge(
  file: CorpusFile,
  readings: Readonly<Record<string, Reading>>,
  at: (kind: Kind) => string,
): Promise<MeaningOutcome> {
  const { name } = file;
  const seen: string[] = [];
  try {
    const source = openFrames(readFileSync(file.path));
    // Decoders of lossy streams are one step apart, and a curve makes more of it; their stored values are compared elsewhere.
    if (!source.object.syntax.lossless) return { name, verdict: 'not compared', detail: '' };
    const found = new Map<Kind, number>();
    for (const kind of KINDS) {
      const reading = readings[kind];
      if (reading === undefined) continue;
      if (reading.error !== undefined) {
        seen.push(`${kind}: cannot say`);
        continue;
      }
      const largest = await difference(kind, source, at(kind));
      found.set(kind, largest);
      seen.push(`${kind}: ${largest === 0 ? 'exact' : `±${Number(largest.toPrecision(3))}`}`);
    }
    return { name, verdict: verdictOf(found), detail: seen.join(', ') };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    return { name, verdict: 'refused', detail: thrown.code };
  }
}

/** Compares what every file's values become with what pydicom and dcmtk make of them. */
export async function compareMeaning(
  python: string,
  files: readonly CorpusFile[],
): Promise<MeaningOutcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-meaning-'));
  try {
    const run = spawnSync(python, [join(import.meta.dirname, 'meaning.py'), folder], {
      input: JSON.stringify(files.map(({ path }, i) => ({ id: String(i), path }))),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (run.status !== 0) throw new Error(`the references could not be read:\n${run.stderr}`);
    const results = JSON.parse(run.stdout) as { readings: Record<string, Reading> }[];
    const outcomes: MeaningOutcome[] = [];
    for (const [i, file] of files.entries())
      outcomes.push(
        await judge(file, results[i]?.readings ?? {}, (kind) => join(folder, `${i}.${kind}.bin`)),
      );
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
