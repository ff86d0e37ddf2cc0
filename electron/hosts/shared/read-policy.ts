import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { publicKeyOf } from '../../inference/pack-signature.ts';
import { Unavailable } from '../../shared/errors.ts';
import { addressFault } from '../../network/open-inference/judge-address.ts';
import { type Policy, policySchema } from '../../shared/policy.ts';
import type { RemotePolicy } from '../../shared/remote.ts';

/** The file that OVERREAD_POLICY names, which then must be there; else `policy.json` of the data folder, if it is. */
function policyPath(directory: string, env: NodeJS.ProcessEnv): string | null {
  const named = env['OVERREAD_POLICY'];
  if (named !== undefined && named !== '') return resolve(named);
  const path = join(directory, 'policy.json');
  return existsSync(path) ? path : null;
}

/** Files that the policy names lie beside it, unless their paths are absolute; not wherever a command was started. */
function besidePolicy(remote: RemotePolicy, policy: string): RemotePolicy {
  const { caFile, tokenFile } = remote;
  return {
    ...remote,
    ...(caFile === undefined ? {} : { caFile: resolve(dirname(policy), caFile) }),
    ...(tokenFile === undefined ? {} : { tokenFile: resolve(dirname(policy), tokenFile) }),
  };
}

/**
 * What the site has decided. A policy that cannot be read is no policy that allows everything: nothing runs without it.
 *
 * @param directory The data folder.
 * @throws Unavailable `policy`, with what is wrong in it.
 */
export function readPolicy(directory: string, env: NodeJS.ProcessEnv = process.env): Policy {
  const path = policyPath(directory, env);
  // Each part has its default.
  if (path === null) return policySchema.parse({});
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
  const { remote } = parsed.data.inference;
  const fault = remote === null ? null : addressFault(remote);
  if (fault !== null) throw broken(`inference.remote: ${fault}`);
  return { ...parsed.data, inference: { remote: remote === null ? null : besidePolicy(remote, path) } };
}
