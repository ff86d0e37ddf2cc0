import type { RemoteUse } from '../../inference/engine-protocol.ts';
import type { LoadedPack } from '../../inference/load-pack.ts';
import { remoteSession, signatureOf } from '../../inference/remote-session.ts';
import { runGoldens } from '../../inference/run-goldens.ts';
import type { ModelSession } from '../../inference/session.ts';
import { Refused, toOverreadError, Unavailable } from '../../shared/errors.ts';
import { isSameServer, type OpenRemoteModel, remoteWords } from '../../shared/remote.ts';

/** A server's models as sessions of this process. */
export interface RemoteSessions {
  /**
   * For work: the server that was tested, looked at again at the beginning, every ten minutes, and after each failure.
   *
   * @param alive Called as it is looked at, which may take as long as several requests.
   * @throws Unavailable `remote-…`.
   */
  session(pack: LoadedPack, use: RemoteUse, alive?: () => void): Promise<ModelSession>;
  /**
   * For the test itself; the caller releases it.
   *
   * @throws Refused `device-absent` where it cannot be opened.
   */
  openForTest(pack: LoadedPack, use: RemoteUse): Promise<ModelSession>;
}

/** An administrator may put other weights in place at any time, which no metadata says: golden cases do. */
const LOOK_AGAIN_MS = 10 * 60_000;

/** @throws Unavailable `remote-goldens`, `remote-changed`; what the server throws. */
async function requireTested(
  pack: LoadedPack,
  session: ModelSession,
  use: RemoteUse,
  alive: () => void,
): Promise<void> {
  const { name } = use.address;
  const { id } = pack.manifest;
  let failure: unknown = null;
  const run: ModelSession['run'] = async (input) => {
    alive();
    try {
      return await session.run(input);
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    }
  };
  // A server that hangs must not do so once a golden case.
  const checks = await runGoldens(pack, { ...session, run }, { stopAtFirstBad: true });
  if (failure !== null) throw failure;
  const bad = checks.find(({ ok }) => !ok);
  if (bad !== undefined) {
    throw new Unavailable(
      'remote-goldens',
      `Server ${name} no longer gives the golden cases of ${id}: ${bad.reason ?? ''}`,
    );
  }
  const { remote } = session;
  if (use.tested === null || remote === undefined || isSameServer(remote, use.tested)) return;
  throw new Unavailable(
    'remote-changed',
    `Server ${name} is another one than was tested: ${remoteWords(use.tested)} before, ${remoteWords(remote)} now. 'overread verify' tests it.`,
  );
}

/** Without a server in the policy nothing that could open a socket is even loaded; and the engine starts the sooner. */
const openOverNetwork: OpenRemoteModel = async (address, wanted) => {
  const { openRemoteModel } = await import('../../network/open-inference/open-remote-model.ts');
  return openRemoteModel(address, wanted);
};

export function createRemoteSessions(
  open: OpenRemoteModel = openOverNetwork,
  now: () => number = () => performance.now(),
): RemoteSessions {
  const kept = new Map<string, { readonly session: ModelSession; readonly lookedAt: number }>();

  async function drop(key: string): Promise<void> {
    const gone = kept.get(key);
    kept.delete(key);
    await gone?.session.release();
  }

  /** What failed once is opened, and looked at, anew before it is used again. */
  function watched(session: ModelSession, key: string): ModelSession {
    const guard = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (thrown) {
        await drop(key);
        throw thrown;
      }
    };
    const { batch } = session;
    return {
      ...session,
      // Not as it was when this was made: its version may be known only after an answer.
      get remote() {
        return session.remote;
      },
      run: (input) => guard(session.run(input)),
      ...(batch === undefined ? {} : { batch: { ...batch, run: (inputs) => guard(batch.run(inputs)) } }),
    } as ModelSession;
  }

  return {
    async session(pack, use, alive = () => undefined) {
      const key = JSON.stringify([pack.manifestSha256, use]);
      const known = kept.get(key);
      if (known !== undefined && now() - known.lookedAt < LOOK_AGAIN_MS) return known.session;
      await drop(key);
      const opened = remoteSession(await open(use.address, signatureOf(pack.manifest)));
      try {
        await requireTested(pack, opened, use, alive);
      } catch (thrown) {
        await opened.release();
        throw thrown;
      }
      const session = watched(opened, key);
      kept.set(key, { session, lookedAt: now() });
      return session;
    },
    async openForTest(pack, { address }) {
      try {
        return remoteSession(await open(address, signatureOf(pack.manifest)));
      } catch (thrown) {
        throw new Refused('device-absent', toOverreadError(thrown).message, undefined, thrown);
      }
    },
  };
}
