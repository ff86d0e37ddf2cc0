import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openFileSource } from '../dicom/file-source.ts';
import { readHeader } from '../dicom/read-header.ts';
import { isPlainImage, wrapPlainImage } from '../dicom/wrap-image.ts';
import { Cancelled, Refused } from '../shared/errors.ts';
import type { Refusal } from '../shared/imports.ts';
import type { AnalysisInput, CancelSignal, Store } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import { refusalOf } from './import-item.ts';
import { isPart10 } from './import-kind.ts';
import { walk } from './import-walk.ts';

/** The files of one study among those that were given. */
export interface FoundStudy {
  readonly studyInstanceUID: string;
  readonly inputs: readonly AnalysisInput[];
  /** The files as they were given, for a replay: of a plain image the picture itself. */
  readonly paths: readonly string[];
  /** What the store knows as stated of an image that was imported as a plain one; else what this call states. */
  readonly stated: Stated;
}

export interface FoundStudies {
  /** In the order in which they were met. */
  readonly studies: readonly FoundStudy[];
  readonly refused: readonly Refusal[];
  /** Removes what was written to read plain images. */
  clear(): Promise<void>;
}

async function readWhole(path: string): Promise<Uint8Array> {
  const source = await openFileSource(path);
  try {
    return await source.readAll();
  } finally {
    await source.close();
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Placed {
  readonly input: AnalysisInput;
  readonly stated: Stated;
}

/** The engine reads files, so a plain image is wrapped into one, in a folder that only this user can read. */
function wrapper(stated: Stated, store: Store | null) {
  let folder: Promise<string> | undefined;
  async function wrap(path: string, bytes: Uint8Array): Promise<Placed> {
    const wrapped = await wrapPlainImage(bytes, { name: basename(path), stated });
    const header = readHeader(wrapped);
    if (store?.studies.has(header.studyInstanceUID) === true) {
      const kept = store.studies
        .instancesOf(header.studyInstanceUID)
        .find((instance) => instance.header.sopInstanceUID === header.sopInstanceUID);
      if (kept !== undefined) {
        return {
          input: kept,
          stated: { ...store.studies.detail(header.studyInstanceUID, null).stated, ...stated },
        };
      }
    }
    folder ??= mkdtemp(join(tmpdir(), 'overread-analyze-'));
    const place = join(await folder, `${header.sopInstanceUID}.dcm`);
    await writeFile(place, wrapped, { mode: 0o600 });
    return { input: { header, sha256: sha256(wrapped), location: { path: place } }, stated };
  }
  return {
    wrap,
    clear: async () => {
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
    },
  };
}

/** One image twice is one; two images under one UID cannot both be it. */
function alreadyThere(inputs: readonly AnalysisInput[], input: AnalysisInput): boolean {
  const same = inputs.find((other) => other.header.sopInstanceUID === input.header.sopInstanceUID);
  if (same === undefined) return false;
  if (same.sha256 === input.sha256) return true;
  throw new Refused(
    'uid-conflict',
    `Its SOP Instance UID is that of another file with other content (${same.location.path}); only that one was read.`,
  );
}

/**
 * Finds the objects in files and folders and puts them together by study. A file that cannot be taken is listed with its reason and
 * stops nothing.
 *
 * @throws Cancelled.
 */
export async function findStudies(
  paths: readonly string[],
  stated: Stated,
  store: Store | null,
  signal?: CancelSignal,
): Promise<FoundStudies> {
  const found = new Map<string, { inputs: AnalysisInput[]; paths: string[]; stated: Stated }>();
  const refused: Refusal[] = [];
  const plain = wrapper(stated, store);

  async function place(path: string): Promise<Placed> {
    const bytes = await readWhole(path);
    // A DICOM file may begin with the signature of a TIFF: its preamble is free to hold anything (PS3.10 §7.1).
    if (!isPart10(bytes) && isPlainImage(bytes)) return plain.wrap(path, bytes);
    return { input: { header: readHeader(bytes), sha256: sha256(bytes), location: { path } }, stated };
  }

  async function take(path: string): Promise<void> {
    const placed = await place(path);
    const { studyInstanceUID } = placed.input.header;
    const study = found.get(studyInstanceUID) ?? { inputs: [], paths: [], stated: placed.stated };
    if (alreadyThere(study.inputs, placed.input)) return;
    study.inputs.push(placed.input);
    study.paths.push(path);
    found.set(studyInstanceUID, study);
  }

  /** The index of a disc, met in its folder, is no file that was not read. */
  function refuse(refusal: Refusal): void {
    if (refusal.code !== 'dicomdir' || paths.includes(refusal.path)) refused.push(refusal);
  }

  try {
    for await (const file of walk(paths)) {
      if (signal?.aborted === true) throw new Cancelled();
      if ('code' in file) refused.push(file);
      else await take(file.path).catch((thrown: unknown) => refuse(refusalOf(file.path, thrown)));
    }
  } catch (thrown) {
    await plain.clear();
    throw thrown;
  }
  const studies = [...found].map(([studyInstanceUID, study]) => ({ studyInstanceUID, ...study }));
  return { studies, refused, clear: plain.clear };
}
