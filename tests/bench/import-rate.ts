import { importWorkers } from '../../electron/hosts/workers/start-import-worker.ts';
import { importPaths } from '../../electron/services/import-study.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { runPython } from '../fixtures/python.ts';

/** Files a second of a whole import into a new store: walked, read, hashed, parsed, copied, indexed. Throws where not all came in. */
export async function importRate(files: string, count: number, data: string): Promise<number> {
  const store = openStore({ directory: data });
  try {
    const start = performance.now();
    const report = await importPaths({
      paths: [files],
      store,
      startWorker: importWorkers(data),
      actor: 'operator',
    });
    const seconds = (performance.now() - start) / 1000;
    if (report.imported !== count) throw new Error(`${report.imported} of ${count} files were imported`);
    return count / seconds;
  } finally {
    store.close();
  }
}

const PYDICOM = `
import os, sys, time
import pydicom
def once():
    start = time.perf_counter()
    n = 0
    for folder, _, names in os.walk(sys.argv[1]):
        for name in names:
            pydicom.dcmread(os.path.join(folder, name), stop_before_pixels=True)
            n += 1
    return n, n / (time.perf_counter() - start)
once()
n, rate = once()
assert n == int(sys.argv[2]), n
print(rate)
`;

/** Files a second of pydicom's `dcmread(stop_before_pixels=True)` in one process, the second time that it reads them all. */
export function pydicomRate(python: string, files: string, count: number): number {
  return Number(runPython(python, ['-c', PYDICOM, files, String(count)]));
}
