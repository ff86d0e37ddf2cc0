import { Bug } from '../../shared/errors.ts';
import type { OpenRemoteModel, RemoteAddress, RemoteModel } from '../../shared/remote.ts';
import { createExchanger } from './http-exchange.ts';
import { inferRequest } from './infer-request.ts';
import { AnswerFault, type InferAnswer, inferResponse } from './infer-response.ts';
import { remoteFault, saidByServer } from './remote-fault.ts';
import { modelPath, serverFacts } from './server-facts.ts';

const MEBIBYTE = 1024 * 1024;

/** @throws Unavailable `remote-changed` where another model or version answers than the one that was found at the beginning. */
function requireSame({ name, model }: RemoteAddress, version: string | null, answer: InferAnswer): void {
  const same =
    answer.model === model && (version === null || answer.version === null || answer.version === version);
  if (same) return;
  const said = saidByServer(`${answer.model} ${answer.version ?? ''}`, null, 80);
  throw remoteFault(
    'remote-changed',
    name,
    `answered with ${said}, and ${model} ${version ?? ''} was found there before.`,
  );
}

/**
 * Opens a model on a server by the Open Inference Protocol v2 over REST (Triton, KServe, OpenVINO Model Server): asks whether both are ready
 * and fit for the pack, and holds the connections.
 */
export const openRemoteModel: OpenRemoteModel = async (address, wanted): Promise<RemoteModel> => {
  const exchanger = createExchanger(address);
  try {
    const { server, outputs, takesBatches } = await serverFacts(exchanger, address, wanted);
    const most = takesBatches ? address.maxBatch : 1;
    const path = `${modelPath(address)}/infer`;
    let version = server.version;
    return {
      get server() {
        return { ...server, version };
      },
      most,
      async infer(inputs) {
        if (inputs.length === 0 || inputs.length > most)
          throw new Bug(`${inputs.length} images were given for a request that takes up to ${most}.`);
        const answer = await exchanger.ask({
          path,
          body: inferRequest(wanted, inputs, server.encoding === 'binary'),
          mostBytes: address.maxResponseMiB * MEBIBYTE,
        });
        let read: InferAnswer;
        try {
          read = inferResponse(answer, outputs, inputs.length);
        } catch (thrown) {
          if (!(thrown instanceof AnswerFault)) throw thrown;
          throw remoteFault('remote-answer', address.name, `${saidByServer(thrown.message)}.`, thrown);
        }
        requireSame(address, version, read);
        version ??= read.version;
        return read.images;
      },
      close: () => exchanger.close(),
    };
  } catch (thrown) {
    exchanger.close();
    throw thrown;
  }
};
