import { hash } from 'node:crypto';
import { readDicomdir } from '../dicom/read-dicomdir.ts';
import { readHeader } from '../dicom/read-header.ts';
import { isPlainImage, wrapPlainImage } from '../dicom/wrap-image.ts';
import { OverreadError, Refused } from '../shared/errors.ts';
import type { Refusal } from '../shared/imports.ts';
import type { IndexedHeader, InstanceHeader } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import { isPart10 } from './import-kind.ts';
import type { ImportedItem } from './import-port.ts';

export interface ItemParts {
  readonly stated: Stated;
  /** Copies bytes into the store under their SHA-256. */
  readonly put: (bytes: Uint8Array, sha256: string) => void;
}

/** What went wrong with one file, as its line in the report. Anything that is no refusal is ours to name, and still stops no other file. */
export function refusalOf(path: string, thrown: unknown): Refusal {
  if (thrown instanceof OverreadError && thrown.type === 'refused') {
    return { path, code: thrown.code, reason: thrown.message };
  }
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    path,
    code: 'unexpected',
    reason: `Reading it failed in a way that Overread did not foresee (${why}). Please report this; the file itself may be fine.`,
  };
}

function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

async function wrapped(bytes: Uint8Array, path: string, stated: Stated): Promise<Uint8Array> {
  if (stated.modality === undefined) {
    throw new Refused(
      'plain-image-needs-facts',
      'A plain image does not say what it shows. State at least its modality, and its body part, view and age where they are known (--modality DX --body-part CHEST --view PA --age 54, or the fields of the import dialogue).',
    );
  }
  return wrapPlainImage(bytes, { name: fileName(path), stated });
}

function isDicomdir(thrown: unknown): boolean {
  return thrown instanceof OverreadError && thrown.code === 'dicomdir';
}

function directoryItem(path: string, content: Uint8Array): ImportedItem {
  try {
    return { path, references: readDicomdir(content) };
  } catch (thrown) {
    return refusalOf(path, thrown);
  }
}

/** All that is asked of a header by value, `sopInstanceUID` left out. */
const INDEXED = [
  'studyInstanceUID',
  'seriesInstanceUID',
  'patientName',
  'patientID',
  'sex',
  'birthDate',
  'age',
  'accessionNumber',
  'studyDate',
  'studyTime',
  'studyDescription',
  'seriesDescription',
  'seriesNumber',
  'modality',
  'bodyPart',
  'viewPosition',
  'recovered',
  'origin',
  'conflictOf',
] as const satisfies (keyof IndexedHeader)[];

let before: { readonly header: InstanceHeader; readonly text: string } | null = null;

function saysTheSame(a: InstanceHeader, b: InstanceHeader): boolean {
  if ((a.image === null) !== (b.image === null)) return false;
  if (a.otherNames?.ideographic !== b.otherNames?.ideographic) return false;
  if (a.otherNames?.phonetic !== b.otherNames?.phonetic) return false;
  return INDEXED.every((key) => a[key] === b[key]);
}

/** As `StagedItem.indexed`; written anew only where it differs from that of the file before. */
function indexedText(header: InstanceHeader): string {
  if (before !== null && saysTheSame(before.header, header)) return before.text;
  const values = INDEXED.map((key) => [key, header[key]]);
  const image = header.image === null ? null : {};
  const text = JSON.stringify({ ...Object.fromEntries(values), otherNames: header.otherNames, image });
  before = { header, text };
  return text;
}

/**
 * One file's bytes into the store: its header, its SHA-256 and its copy; or why not. What is hashed, parsed and copied are the same
 * bytes.
 *
 * @throws what `put` throws where nothing can be written any more; everything about the file itself is an item.
 */
export async function importItem(
  path: string,
  content: Uint8Array,
  { stated, put }: ItemParts,
): Promise<ImportedItem> {
  let item: Parameters<typeof put>[0];
  let header: ReturnType<typeof readHeader>;
  const plain = !isPart10(content) && isPlainImage(content);
  try {
    if (content.byteLength === 0) throw new Refused('empty', 'The file is empty (0 bytes).');
    item = plain ? await wrapped(content, path, stated) : content;
    // Of a plain image a person says what it is: it is the image itself, not a capture of unknown origin.
    header = plain ? { ...readHeader(item), origin: 'known' } : readHeader(item);
  } catch (thrown) {
    return isDicomdir(thrown) ? directoryItem(path, content) : refusalOf(path, thrown);
  }
  const sha256 = hash('sha256', item);
  put(item, sha256);
  return {
    path,
    headerText: JSON.stringify(header),
    indexed: indexedText(header),
    sopInstanceUID: header.sopInstanceUID,
    sha256,
    bytes: item.byteLength,
    plain,
  };
}
