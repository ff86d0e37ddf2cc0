import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { checkDevices, validDeviceChecks } from '../../../electron/services/check-devices.ts';
import type { DeviceCheck } from '../../../electron/shared/device-check.ts';
import type { AnalysisInput, AnalysisOutcome, AnalyzeRequest } from '../../../electron/shared/ports.ts';
import { type RemotePolicy, remotePolicySchema } from '../../../electron/shared/remote.ts';
import { type OnnxGraph, writeOnnx } from '../../fixtures/onnx-writer.ts';
import {
  type InferenceServer,
  type InferenceServerOptions,
  startInferenceServer,
} from '../../fixtures/open-inference-server.ts';
import { writeGoldenPack } from '../../fixtures/pack-with-golden.ts';
import { BATCH_GRAPH, PLAIN_GRAPH } from '../../fixtures/test-pack.ts';

export const home = mkdtempSync(join(tmpdir(), 'overread-remote-engine-test-'));
afterAll(() => rmSync(home, { recursive: true }));

export const packs = join(home, 'packs');
writeGoldenPack(packs, 'plain');

export const clock = { now: () => '2026-01-01T00:00:00.000Z' };

/** The pack's network with another bias: a decision of a golden case flips. */
export const OTHER_WEIGHTS: OnnxGraph = {
  ...PLAIN_GRAPH,
  constants: [
    { name: 'eight', shape: [1], values: [8] },
    { name: 'four', shape: [1], values: [6] },
  ],
};

/** A server with the pack's network, as `plain` for one image and as `many` for several; the caller closes it. */
export function serve(options: Partial<InferenceServerOptions> = {}): Promise<InferenceServer> {
  return startInferenceServer({
    models: { plain: { onnx: writeOnnx(PLAIN_GRAPH) }, many: { onnx: writeOnnx(BATCH_GRAPH) } },
    ...options,
  });
}

/** The same for one test. */
export async function startServer(options: Partial<InferenceServerOptions> = {}): Promise<InferenceServer> {
  const server = await serve(options);
  onTestFinished(() => server.close());
  return server;
}

export function policyOf(
  { url }: Pick<InferenceServer, 'url'>,
  change: Partial<RemotePolicy> = {},
): RemotePolicy {
  const models = { 'plain@1.0.0': { model: 'plain' } };
  return { ...remotePolicySchema.parse({ name: 'gpu-1', url, models, timeoutMs: 2000 }), ...change };
}

/** A workstation's engine and data folder. */
export interface World {
  readonly engine: LocalEngine;
  readonly store: { readonly directory: string };
  /** The self-test of the server, as `verify` does it. */
  readonly test: () => Promise<readonly DeviceCheck[]>;
  readonly read: (
    inputs: readonly AnalysisInput[],
    change?: Partial<AnalyzeRequest>,
  ) => Promise<AnalysisOutcome>;
}

/** For one test. */
export function world(remote: RemotePolicy | null, directory?: string): World {
  const opened = openWorld(remote, directory);
  onTestFinished(() => opened.engine.close());
  return opened;
}

/** The caller closes the engine. */
export function openWorld(remote: RemotePolicy | null, directory = mkdtempSync(join(home, 'data-'))): World {
  const store = { directory };
  const engine = createEngine({
    packsDirectory: packs,
    overreadVersion: '1',
    remote,
    deviceChecks: () => validDeviceChecks(store, '1'),
  });
  return {
    engine,
    store,
    async test() {
      const { checks } = await checkDevices({
        store,
        inspector: engine,
        clock,
        build: '1',
        devices: ['remote'],
      });
      return checks;
    },
    async read(inputs, change = {}) {
      const [outcome] = await engine.analyze({
        studyInstanceUID: inputs[0]?.header.studyInstanceUID ?? '',
        inputs,
        stated: {},
        modelIds: null,
        device: 'auto',
        withMaps: false,
        ...change,
      });
      if (outcome === undefined) throw new Error('No model is installed.');
      return outcome;
    },
  };
}

/** What a result says, without what is made anew each time. */
export function said({ record, outputs }: AnalysisOutcome) {
  const { scores, findings, measurements } = record.result;
  return {
    scores,
    findings: findings.map(({ id: _id, ...finding }) => finding),
    measurements,
    pixels: record.inputs,
    outputs: outputs.map(({ output, shape, sha256 }) => [output, shape, sha256]),
  };
}
