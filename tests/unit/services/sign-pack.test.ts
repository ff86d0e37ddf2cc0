import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeKey, makePack } from '../../../electron/services/make-pack.ts';
import { packsOf } from '../../../electron/services/pack-places.ts';
import { listPacks } from '../../../electron/services/verify-packs.ts';
import { changeManifest, type PackOptions } from '../../fixtures/pack-with-golden.ts';
import { temporaryFolder } from '../store/parts.ts';
import { world, plain, tamper, refused } from './pack-world.ts';

describe('a signed pack', () => {
  /** A key, and the policy that trusts it. */
  function keyed(requireSignature = false) {
    const key = makeKey(join(temporaryFolder(), 'key.pem'));
    const { keyId: id, publicKey } = key;
    return { key, policy: { trustedKeys: [{ id, publicKey }], requireSignature } };
  }

  async function signed(keyFile: string, options: PackOptions = {}): Promise<string> {
    const out = join(temporaryFolder(), 'plain.overreadpack');
    await makePack({ packs: world().packs, source: plain(options), out, keyFile });
    return out;
  }

  /** The archive's files as a folder. */
  function unpacked(path: string): string {
    const folder = temporaryFolder();
    execFileSync('python3', ['-m', 'zipfile', '-e', path, folder]);
    return folder;
  }

  it('is known by its key, in the list, in the audit trail and in the records', async () => {
    const { key, policy } = keyed(true);
    expect(statSync(key.path).mode & 0o777).toBe(0o600);
    const on = world({ policy });
    expect(await on.install(await signed(key.path))).toMatchObject({ signature: 'signed', keyId: key.keyId });
    expect(listPacks(on.packs)).toMatchObject([
      { signature: 'signed', keyId: key.keyId, origin: 'installed' },
    ]);
    expect(on.audited()).toMatchObject([{ signature: 'signed', keyId: key.keyId }]);
  }, 60_000);

  it('gives the same archive twice, and a key never goes over a file', async () => {
    const { key } = keyed();
    expect(readFileSync(await signed(key.path)).equals(readFileSync(await signed(key.path)))).toBe(true);
    expect(() => makeKey(key.path)).toThrow(/never written over/);
  }, 60_000);

  it('is refused when any file of it was changed, added or taken away, whatever the policy asks', async () => {
    const { key, policy } = keyed();
    const on = world({ policy });
    const whole = unpacked(await signed(key.path));
    const broken = (change: (folder: string) => void): string => {
      const folder = join(temporaryFolder(), 'pack');
      cpSync(whole, folder, { recursive: true });
      change(folder);
      return folder;
    };
    const changes: ((folder: string) => void)[] = [
      (folder) => changeManifest(folder, (manifest) => ({ ...manifest, floor: { Brightness: 0.4 } })),
      (folder) => appendFileSync(join(folder, 'CARD.md'), 'It is approved.'),
      (folder) => writeFileSync(join(folder, 'more.txt'), 'more'),
      (folder) => rmSync(join(folder, 'CARD.md')),
      (folder) => writeFileSync(join(folder, 'signature.json'), '{"keyId":1}'),
      (folder) => tamper(join(folder, 'signature.json'), '"signature": "', '"signature": "A'),
    ];
    for (const change of changes) await refused(on, broken(change), 'pack-signature');
    expect(await on.install(broken(() => {}))).toMatchObject({ signature: 'signed' });
  }, 120_000);

  it('is refused when another key signed it in the name of a trusted one', async () => {
    const [ours, theirs] = [keyed(), keyed()];
    const folder = unpacked(await signed(theirs.key.path));
    tamper(join(folder, 'signature.json'), theirs.key.keyId, ours.key.keyId);
    const on = world({ policy: ours.policy });
    expect(await refused(on, folder, 'pack-signature')).toMatch(/does not fit the key/);
  }, 60_000);

  it('by a key that nobody trusts, and an unsigned one, are marked, and refused where the policy asks for a signature', async () => {
    const { policy } = keyed(true);
    const stranger = keyed();
    const strict = world({ policy });
    const foreign = await signed(stranger.key.path);
    expect(await refused(strict, foreign, 'pack-signature')).toMatch(/does not trust/);
    expect(await refused(strict, plain(), 'pack-signature')).toMatch(/not signed/);
    const open = world();
    expect(await open.install(foreign)).toMatchObject({ signature: 'untrusted', keyId: stranger.key.keyId });
    expect(await open.install(plain({ version: '1.1.0' }))).toMatchObject({ signature: 'not-signed' });
    // The policy counts for what is there already, too.
    const later = world({ store: open.store, policy });
    expect(listPacks(later.packs).map(({ state, code }) => [state, code])).toEqual([
      ['refused', 'pack-signature'],
      ['refused', 'pack-signature'],
    ]);
    expect(later.packs.packs()).toEqual([]);
  }, 60_000);

  it('is refused on the shelf once a file of it is changed there', async () => {
    const { key, policy } = keyed();
    const on = world({ policy });
    await on.install(await signed(key.path));
    appendFileSync(join(packsOf(on.store.directory), 'plain/1.0.0/golden/halves.json'), ' ');
    expect(listPacks(on.packs)).toMatchObject([{ state: 'refused', code: 'pack-signature' }]);
  }, 60_000);

  it('cannot be made of a pack that would be refused, nor with a key of another kind', async () => {
    const out = join(temporaryFolder(), 'x.overreadpack');
    const { packs } = world();
    const bad = plain({ golden: { scores: { Brightness: 0.1 } } });
    await expect(makePack({ packs, source: bad, out, keyFile: null })).rejects.toMatchObject({
      code: 'pack-golden',
    });
    expect(existsSync(out)).toBe(false);
    const keyFile = join(temporaryFolder(), 'no-key.pem');
    writeFileSync(keyFile, 'no key');
    await expect(makePack({ packs, source: plain(), out, keyFile })).rejects.toMatchObject({ code: 'key' });
  }, 60_000);
});
