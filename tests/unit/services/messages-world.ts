import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DicomElement } from '../../../electron/dicom/write-part10.ts';
import { fileMessage, type FilingOptions } from '../../../electron/services/file-messages.ts';
import { readHl7 } from '../../../electron/services/read-hl7.ts';
import type { MessageOutcome } from '../../../electron/shared/hl7.ts';
import type { ReadingWorld } from './reading-world.ts';
import { radiograph, stageFile } from './reading-world.ts';

export const MESSAGES = join(import.meta.dirname, '..', '..', 'fixtures', 'hl7');

/** The radiograph that is read, an earlier CT of the same patient, and a study of somebody else: all invented. */
export const JANE = '1.2.826.0.1.3680043.9.9999.100';
export const JANE_BEFORE = '1.2.826.0.1.3680043.9.9999.50';
export const JOERG = '1.2.826.0.1.3680043.9.9999.200';

const element = (tag: string, vr: DicomElement['vr'], value: string) => ({ tag, vr, value }) as DicomElement;

export function elementsOf(
  uid: string,
  [name, id, birth, sex]: readonly string[],
  [date, accession]: readonly string[],
  issuer = 'HOSP',
): DicomElement[] {
  return [
    element('00080005', 'CS', 'ISO_IR 192'),
    element('0020000D', 'UI', uid),
    element('0020000E', 'UI', `${uid}.1`),
    element('00100010', 'PN', name ?? ''),
    element('00100020', 'LO', id ?? ''),
    element('00100021', 'LO', issuer),
    element('00100030', 'DA', birth ?? ''),
    element('00100040', 'CS', sex ?? ''),
    element('00080020', 'DA', date ?? ''),
    element('00080050', 'SH', accession ?? ''),
  ];
}

export const DOE = ['DOE^JANE', '0012345', '19720314', 'F'] as const;
export const MUELLER = ['Müller^Jörg', '77001', '19500102', 'M'] as const;

/** Stores the three studies. */
export function storePatients(store: ReadingWorld['store']): void {
  for (const [uid, elements] of [
    [JANE, elementsOf(JANE, DOE, ['20261120', 'ACC-100'])],
    [JANE_BEFORE, elementsOf(JANE_BEFORE, DOE, ['20240301', 'ACC-050'])],
    [JOERG, elementsOf(JOERG, MUELLER, ['20261121', 'ACC-200'])],
  ] as const)
    store.studies.storeStudy(
      uid,
      [stageFile(store, radiograph(`${uid}.1.1`, 0, elements))],
      null,
      'operator',
    );
}

export function bytesOf(name: string): Uint8Array {
  return readFileSync(join(MESSAGES, `${name}.hl7`));
}

/** Files every message of an example. */
export function fileExample(
  world: Pick<ReadingWorld, 'store' | 'clock'>,
  name: string,
  options: Partial<FilingOptions> = {},
): Omit<MessageOutcome, 'path'>[] {
  return readHl7(bytesOf(name)).map((message) =>
    fileMessage(world, message, { study: null, readerId: null, ...options }),
  );
}
