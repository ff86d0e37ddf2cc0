import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publicKeyOf } from '../../inference/pack-signature.ts';
import { Unavailable } from '../../shared/errors.ts';
import {
  NO_ANALYSIS_POLICY,
  NO_MODELS_POLICY,
  NO_READING_POLICY,
  type Policy,
  policySchema,
} from '../../shared/policy.ts';

/** The file that OVERREAD_POLICY names, which then must be there; else `policy.json` of the data folder, if it is. */
function policyPath(directory: string, env: NodeJS.ProcessEnv): string | null {
  const named = env['OVERREAD_POLICY'];
  if (named !== undefined && named !== '') return resolve(named);
  const path = join(directory, 'policy.json');
  return existsSync(path) ? path : null;
}

/**
 * What the site has decided. A policy that cannot be read is no policy that allows everything: nothing runs without it.
 *
 * @param directory The data folder.
 * @throws Unavailable `policy`, with what is wrong in it.
 */
export function readPolicy(directory: string, env: NodeJS.ProcessEnv = process.env): Policy {
  const path = policyPath(directory, env);
  if (path === null)
    return { models: NO_MODELS_POLICY, analysis: NO_ANALYSIS_POLICY, reading: NO_READING_POLICY };
  const broken = (why: string, cause?: unknown): Unavailable =>
    new Unavailable(
      'policy',
      `The policy ${path} cannot be used: ${why}. Mend it, or take it away.`,
      undefined,
      cause,
    );
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw broken(cause instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read', cause);
  }
  const parsed = policySchema.safeParse(json);
  if (!parsed.success) {
    throw broken(
      parsed.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; '),
    );
  }
  for (const { id, publicKey } of parsed.data.models.trustedKeys) {
    try {
      publicKeyOf(publicKey);
    } catch (cause) {
      throw broken(`the publicKey of ${id} is no Ed25519 public key`, cause);
    }
  }
  const ids = parsed.data.models.trustedKeys.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw broken(`the key ${twice} is named twice`);
  return parsed.data;
}
