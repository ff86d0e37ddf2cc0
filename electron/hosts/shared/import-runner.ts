import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeader } from '../../dicom/read-header.ts';
import type { RunImport } from '../../services/jobs.ts';
import { Cancelled, toOverreadError } from '../../shared/errors.ts';
import type { Refusal } from '../../shared/imports.ts';
import type { StagedInstance, Store } from '../../shared/ports.ts';

/** A plain import in this thread, until services/import-study is there. */
export function importRunner(store: Store): RunImport {
  return async ({ importId, paths, stated, actor }, onProgress, signal) => {
    const files: string[] = [];
    const walk = async (path: string): Promise<void> => {
      if ((await stat(path)).isDirectory()) {
        for (const name of await readdir(path)) await walk(join(path, name));
      } else files.push(path);
    };
    for (const path of paths) await walk(path);
    const refused: Refusal[] = [];
    const byStudy = new Map<string, StagedInstance[]>();
    let done = 0;
    for (const path of files) {
      if (signal.aborted) throw new Cancelled();
      try {
        const bytes = new Uint8Array(await readFile(path));
        const header = readHeader(bytes);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        store.blobs.put(bytes, sha256);
        const list = byStudy.get(header.studyInstanceUID) ?? [];
        list.push({ header, sha256, bytes: bytes.byteLength, sourcePath: path });
        byStudy.set(header.studyInstanceUID, list);
      } catch (thrown) {
        const { code, message } = toOverreadError(thrown);
        refused.push({ path, code, reason: message });
      }
      done += 1;
      onProgress({ done, total: files.length });
    }
    let imported = 0;
    let duplicates = 0;
    for (const [study, instances] of byStudy) {
      const outcome = store.studies.storeStudy(study, instances, stated, actor);
      imported += outcome.imported;
      duplicates += outcome.duplicates;
      refused.push(...outcome.refused);
    }
    store.refusals.add(refused, importId);
    const studies = [...byStudy].map(([studyInstanceUID, list]) => ({
      studyInstanceUID,
      series: new Set(list.map((one) => one.header.seriesInstanceUID)).size,
      instances: list.length,
    }));
    return { imported, duplicates, refused, studies };
  };
}
