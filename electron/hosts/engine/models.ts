import type { EngineRequest } from '../../inference/engine-protocol.ts';
import { type LoadedPack, loadPack } from '../../inference/load-pack.ts';
import { type ModelSession, openSession } from '../../inference/session.ts';
import type { Device } from '../../shared/analysis.ts';
import { Refused } from '../../shared/errors.ts';

type PackAddress = EngineRequest['pack'];

/** Packs and sessions stay in memory: a session costs more to make than to run. */
export interface Models {
  pack(address: PackAddress): LoadedPack;
  /** Good until the next call. */
  session(address: PackAddress, device: Device): Promise<ModelSession>;
}

/** Weights of all kept sessions together. A session takes a few times its weights. */
const MOST_BYTES = 256 * 1024 * 1024;

interface Kept {
  readonly session: ModelSession;
  readonly bytes: number;
}

function load(address: PackAddress): LoadedPack {
  const loaded = loadPack(address.directory);
  if (loaded.manifestSha256 === address.manifestSha256) return loaded;
  throw new Refused(
    'pack-hash',
    `The manifest of model ${loaded.manifest.id} was changed while it was in use; try again.`,
  );
}

/**
 * @param open Makes a session; `openSession` unless told.
 * @param mostBytes Beyond this the sessions that were not used the longest are let go, all but the one asked for.
 */
export function createModels(open: typeof openSession = openSession, mostBytes = MOST_BYTES): Models {
  const packs = new Map<string, LoadedPack>();
  /** The one that was used last is the last. */
  const sessions = new Map<string, Kept>();
  const keyOf = ({ directory, manifestSha256 }: PackAddress): string => `${directory}\n${manifestSha256}`;

  function pack(address: PackAddress): LoadedPack {
    const key = keyOf(address);
    const known = packs.get(key) ?? load(address);
    packs.set(key, known);
    return known;
  }

  async function letGo(): Promise<void> {
    let total = [...sessions.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { session, bytes }] of sessions) {
      if (total <= mostBytes || sessions.size === 1) return;
      sessions.delete(key);
      // The weights go with their last session; the pack is read again when it is asked for.
      packs.delete(key.slice(0, key.lastIndexOf('\n')));
      total -= bytes;
      await session.release();
    }
  }

  return {
    pack,
    async session(address, device) {
      const key = `${keyOf(address)}\n${device}`;
      const known = sessions.get(key);
      const loaded = pack(address);
      const kept = known ?? { session: await open(loaded, device), bytes: loaded.weights.length };
      sessions.delete(key);
      sessions.set(key, kept);
      await letGo();
      return kept.session;
    },
  };
}
