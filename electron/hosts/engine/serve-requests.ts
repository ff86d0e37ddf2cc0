import type { EngineReply, EngineRequest, EngineRuntime } from '../../inference/engine-protocol.ts';
import type { LoadedPack } from '../../inference/load-pack.ts';
import { parityOf } from '../../inference/parity.ts';
import { runGoldens } from '../../inference/run-goldens.ts';
import { INTRA_OP_THREADS, type ModelSession, openOnDevice } from '../../inference/session.ts';
import { Bug, missingCaseError, toWire } from '../../shared/errors.ts';
import type { RemoteServer } from '../../shared/remote.ts';
import { analyzeImages } from './analyze-images.ts';
import type { Models } from './models.ts';
import type { PrepareTask } from './prepare-worker.ts';
import type { Preparer } from './preparer.ts';
import type { RemoteSessions } from './remote-sessions.ts';

type AnalyzeRequest = Extract<EngineRequest, { type: 'analyze' }>;
type Send = (reply: EngineReply) => void;

function keyOf(request: AnalyzeRequest, index: number): string {
  return `${request.id}/${index}`;
}

/** After a failure, what was prepared ahead for the request makes room for the next. */
function forgetImages(request: AnalyzeRequest, preparer: Preparer): void {
  for (const index of request.images.keys()) preparer.forget(keyOf(request, index));
}

/** The preparation of each image of a request. */
export function prepareTasks(request: AnalyzeRequest, pack: LoadedPack): PrepareTask[] {
  const { id, preprocess, input } = pack.manifest;
  return request.images.map((image, index) => ({
    key: keyOf(request, index),
    image,
    manifest: { id, preprocess, input },
  }));
}

export interface ServeParts {
  readonly models: Models;
  readonly remotes: RemoteSessions;
  readonly preparer: Preparer;
  readonly send: Send;
}

/** A parity check asks for the device itself: nothing else may answer in its place. */
function openForTest(
  pack: LoadedPack,
  { device, remote }: Extract<EngineRequest, { type: 'parity' }>,
  remotes: RemoteSessions,
): Promise<ModelSession> {
  return remote === undefined ? openOnDevice(pack, device) : remotes.openForTest(pack, remote);
}

/** The session that a request is worked off with; of a parity check the one that the device is laid beside. */
async function sessionFor(
  request: EngineRequest,
  pack: LoadedPack,
  { models, remotes, send }: Omit<ServeParts, 'preparer'>,
): Promise<ModelSession> {
  if (request.type === 'parity') return models.session(request.pack, 'cpu');
  if (request.device !== 'remote') return models.session(request.pack, request.device);
  if (request.type === 'analyze' && request.remote !== undefined)
    return remotes.session(pack, request.remote, () => send({ type: 'started', id: request.id }));
  throw new Bug('A server was asked for, and not named.');
}

function runtimeOf(session: ModelSession, remote: RemoteServer | undefined): EngineRuntime {
  const { device, fallback, onnxruntime } = session;
  return {
    device,
    fallback,
    onnxruntime,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    // How many there are on a server is not ours to know.
    threads: device === 'remote' ? 0 : INTRA_OP_THREADS,
    ...(remote === undefined ? {} : { remote }),
  };
}

/** Works off one request; every end is said: `done` or `failed`. */
export async function serveRequest(
  request: EngineRequest,
  { models, remotes, preparer, send }: ServeParts,
): Promise<void> {
  const { id } = request;
  send({ type: 'started', id });
  try {
    const pack = models.pack(request.pack);
    const session = await sessionFor(request, pack, { models, remotes, send });
    let remote = session.remote;
    switch (request.type) {
      case 'analyze': {
        await analyzeImages(request, prepareTasks(request, pack), { pack, session, preparer, send });
        remote = session.remote;
        break;
      }
      case 'goldens':
        for (const check of await runGoldens(pack, session)) send({ type: 'golden', id, check });
        break;
      case 'parity': {
        const device = await openForTest(pack, request, remotes);
        send({ type: 'parity', id, parity: await parityOf(pack, session, device) });
        remote = device.remote;
        await device.release();
        break;
      }
      default:
        throw missingCaseError(request);
    }
    send({ type: 'done', id, runtime: runtimeOf(session, remote) });
  } catch (thrown) {
    if (request.type === 'analyze') forgetImages(request, preparer);
    send({ type: 'failed', id, error: toWire(thrown) });
  }
}
