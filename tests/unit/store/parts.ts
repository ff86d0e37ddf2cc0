import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { InstanceHeader, StagedInstance, Store } from '../../../electron/shared/ports.ts';
import { openStore } from '../../../electron/store/open-store.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'overread-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real store in a temporary folder. */
export function temporaryStore(directory = join(temporaryFolder(), 'data')): Store {
  const store = openStore({ directory });
  onTestFinished(() => store.close());
  return store;
}

/** A header as the parser gives it; every member can be set. */
export function header(changes: Partial<InstanceHeader> = {}): InstanceHeader {
  return {
    sopInstanceUID: '1.2.3.1.1.1',
    sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
    studyInstanceUID: '1.2.3.1',
    seriesInstanceUID: '1.2.3.1.1',
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    patientName: 'DOE^JANE',
    patientID: 'P1',
    sex: 'F',
    birthDate: '19700101',
    age: 54,
    accessionNumber: 'A1',
    studyDate: '20240229',
    studyTime: '120000',
    studyDescription: 'CT head',
    seriesDescription: 'axial',
    seriesNumber: 1,
    instanceNumber: 1,
    modality: 'CT',
    bodyPart: 'HEAD',
    viewPosition: '',
    laterality: '',
    manufacturer: '',
    kind: 'Image',
    notDrawn: null,
    image: null,
    ...changes,
  };
}

/** Puts `content` as the file of this header. */
export function stage(store: Store, changes: Partial<InstanceHeader>, content: string): StagedInstance {
  const bytes = Buffer.from(content);
  const sha256 = hash('sha256', bytes);
  store.blobs.put(bytes, sha256);
  return { header: header(changes), sha256, bytes: bytes.byteLength, sourcePath: `/from/${content}.dcm` };
}

/** One study of one instance. */
export function storeOne(store: Store, changes: Partial<InstanceHeader> = {}, content = 'one'): string {
  const staged = stage(store, changes, content);
  store.studies.storeStudy(staged.header.studyInstanceUID, [staged], null, 'operator');
  return staged.header.studyInstanceUID;
}

/** What a committed read carries besides its content. */
export const COMMITTED = {
  framesDisplayed: [],
  framesNotSeen: [],
  sha256: 'a'.repeat(64),
  signature: 'c2ln',
  committedAt: '2026-01-02T03:04:05.000Z',
};
