import type { PackManifest } from '../shared/pack.ts';
import type { RemoteModel, RemoteSignature } from '../shared/remote.ts';
import { type ModelSession, outputNames } from './session.ts';

/** What a pack asks of the model that a server has of it. */
export function signatureOf(manifest: PackManifest): RemoteSignature {
  const { name, shape } = manifest.input;
  return { input: { name, shape }, outputs: outputNames(manifest) };
}

/** A model on a server as a session: its numbers are float32 and finite, as those of this machine. */
export function remoteSession(model: RemoteModel): ModelSession {
  return {
    device: 'remote',
    fallback: null,
    onnxruntime: 'not run here',
    get remote() {
      return model.server;
    },
    async run(input) {
      const [outputs] = await model.infer([input]);
      return outputs ?? new Map();
    },
    ...(model.most === 1 ? {} : { batch: { most: model.most, run: (inputs) => model.infer(inputs) } }),
    release() {
      model.close();
      return Promise.resolve();
    },
  };
}
