import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import {
  createWriteStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { packContent } from '../domain/pack-content.ts';
import type { ModelsPack } from '../shared/command-line.ts';
import { Refused } from '../shared/errors.ts';
import { type PackFile, SIGNATURE_FILE } from '../shared/pack-signature.ts';
import type { CancelSignal, PackExaminer } from '../shared/ports.ts';
import { namedAs, stagePack } from './install-pack.ts';
import { PACK_LIMITS } from './pack-source.ts';

export interface MakePackRequest {
  readonly packs: PackExaminer;
  readonly source: string;
  /** The file to write; one that is there is replaced once the new one is whole. */
  readonly out: string;
  /** PEM (PKCS 8) of an Ed25519 private key; null leaves the pack as it is, signed or not. */
  readonly keyFile: string | null;
  readonly signal?: CancelSignal;
}

/** The same pack gives the same archive: times say nothing about it (1 January 2000, within what ZIP can say). */
const TIME = new Date(2000, 0, 1);

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function derOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}

/** The name of a key: the beginning of the SHA-256 of its public part (DER), so that two keys never share one. */
function keyIdOf(key: KeyObject): string {
  return sha256(derOf(key)).slice(0, 16);
}

function readKey(path: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw new Refused(
      'key',
      `The key ${path} cannot be read: it must be the PEM of a private key without a password ('overread models keygen' makes one).`,
      undefined,
      cause,
    );
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new Refused('key', `The key ${path} is not an Ed25519 key; packs are signed with no other.`);
}

/**
 * Makes a key to sign packs with.
 *
 * @param path Where the private key goes (0600); never over a file that is there.
 * @returns The public part, DER in base64, and the key's name, as a policy wants them.
 * @throws Refused `key` where the file cannot be written.
 */
export function makeKey(path: string): { path: string; keyId: string; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new Refused(
      'key',
      `The key ${path} cannot be written (${code}). A key is never written over a file that is there; choose another name.`,
      undefined,
      cause,
    );
  }
  return { path, keyId: keyIdOf(privateKey), publicKey: derOf(privateKey).toString('base64') };
}

function filesIn(folder: string): (PackFile & { content: Buffer })[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => {
      const path = join(item.parentPath, item.name);
      const content = readFileSync(path);
      const name = path.slice(folder.length + 1).replaceAll('\\', '/');
      return { name, bytes: content.byteLength, sha256: sha256(content), content };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function signFolder(folder: string, key: KeyObject): void {
  rmSync(join(folder, SIGNATURE_FILE), { force: true });
  const signature = sign(null, Buffer.from(packContent(filesIn(folder)), 'utf8'), key);
  const file = { keyId: keyIdOf(key), algorithm: 'ed25519', signature: signature.toString('base64') };
  writeFileSync(join(folder, SIGNATURE_FILE), `${JSON.stringify(file, null, 2)}\n`);
}

async function writeArchive(folder: string, out: string): Promise<void> {
  const archive = new ZipFile();
  for (const { name, content } of filesIn(folder)) {
    // What is large is stored as it is: weights hardly shrink, and what shrinks much looks like a bomb to who opens it.
    const compress = content.byteLength <= PACK_LIMITS.zipRatioFrom;
    archive.addBuffer(content, name, { mtime: TIME, mode: 0o100644, compress });
  }
  archive.end();
  const part = `${out}.part`;
  try {
    await pipeline(archive.outputStream, createWriteStream(part, { flush: true }));
    renameSync(part, out);
  } catch (cause) {
    rmSync(part, { force: true });
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new Refused(
      'not-written',
      `The pack cannot be written to ${out} (${code}). Choose another place.`,
      undefined,
      cause,
    );
  }
}

/**
 * Makes one file of a pack's folder, signed where a key is given, after everything in it was checked as an installation would.
 *
 * @throws Refused with what an installation would refuse; `key`, `not-written`; Cancelled.
 */
export async function makePack({
  packs,
  source,
  out,
  keyFile,
  signal,
}: MakePackRequest): Promise<ModelsPack> {
  const key = keyFile === null ? null : readKey(keyFile);
  const folder = mkdtempSync(join(tmpdir(), 'overread-pack-'));
  try {
    const { directory, manifest, contentSha256, keyId } = await namedAs(folder, source, async () => {
      const staged = await stagePack(source, folder);
      if (key !== null) signFolder(staged.directory, key);
      const examined = await packs.examine(staged.directory, signal);
      return { ...staged, contentSha256: examined.contentSha256, keyId: examined.signature.keyId };
    });
    await writeArchive(directory, out);
    const written = readFileSync(out);
    return {
      id: manifest.id,
      version: manifest.version,
      path: out,
      bytes: written.byteLength,
      sha256: sha256(written),
      contentSha256,
      keyId,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
