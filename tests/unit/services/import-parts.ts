import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DicomElement, writePart10 } from '../../../electron/dicom/write-part10.ts';
import { importWorkers } from '../../../electron/hosts/workers/start-import-worker.ts';
import { type ImportRequest, importPaths } from '../../../electron/services/import-study.ts';
import type { ImportReport } from '../../../electron/shared/imports.ts';
import type { Store } from '../../../electron/shared/ports.ts';

/** A small CT object; `extra` replaces elements of the same tag. */
export function dicom(sop: string, extra: readonly DicomElement[] = [], study = '1.2.3'): Uint8Array {
  const base: DicomElement[] = [
    { tag: '00080060', vr: 'CS', value: 'CT' },
    { tag: '00100010', vr: 'PN', value: 'DOE^JANE' },
    { tag: '00100020', vr: 'LO', value: 'P1' },
    { tag: '0020000D', vr: 'UI', value: study },
    { tag: '0020000E', vr: 'UI', value: `${study}.1` },
    { tag: '00200013', vr: 'IS', value: 1 },
    { tag: '00280002', vr: 'US', value: 1 },
    { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
    { tag: '00280010', vr: 'US', value: 4 },
    { tag: '00280011', vr: 'US', value: 4 },
    { tag: '00280100', vr: 'US', value: 16 },
    { tag: '00280101', vr: 'US', value: 16 },
    { tag: '00280102', vr: 'US', value: 15 },
    { tag: '00280103', vr: 'US', value: 0 },
    { tag: '7FE00010', vr: 'OW', value: new Uint8Array(32) },
  ];
  const replaced = new Set(extra.map(({ tag }) => tag));
  return writePart10({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUID: sop,
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: [...base.filter(({ tag }) => !replaced.has(tag)), ...extra],
  });
}

/** Writes files by their names below a folder; gives the folder. */
export function files(folder: string, named: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [name, content] of Object.entries(named)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

export function importInto(
  store: Store,
  paths: readonly string[],
  more: Partial<ImportRequest> = {},
): Promise<ImportReport> {
  return importPaths({
    store,
    paths,
    startWorker: importWorkers(store.directory),
    actor: 'operator',
    ...more,
  });
}

/** Refused paths below a folder with their codes, sorted. */
export function codes(report: ImportReport, folder: string): Record<string, string> {
  const pairs = report.refused.map(({ path, code }) => [path.replace(`${folder}/`, ''), code] as const);
  return Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
