import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelsCheck } from '../shared/command-line.ts';
import { OverreadError } from '../shared/errors.ts';
import type { PackManifest } from '../shared/pack.ts';
import { SIGNATURE_FILE } from '../shared/pack-signature.ts';
import type { CancelSignal, PackExamination, PackExaminer } from '../shared/ports.ts';
import type { ImportLimits } from './import-port.ts';
import { namedAs, stagePack } from './install-pack.ts';

export interface CheckRequest {
  readonly packs: PackExaminer;
  readonly source: string;
  readonly limits?: ImportLimits;
  readonly signal?: CancelSignal;
}

const RESEARCH = 'For research use, not for diagnosis.';

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) =>
      join(item.parentPath, item.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}

/** What the weights are, where the manifest says something else. */
function* weightHints(folder: string, { weights }: PackManifest): Generator<string> {
  const path = join(folder, weights.file);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    yield `weights.file is ${weights.file}, which is not there.`;
    return;
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.byteLength !== weights.bytes || sha256 !== weights.sha256) {
    yield `${weights.file} has ${bytes.byteLength} bytes and SHA-256 ${sha256}: if it is the right file, put these into weights.`;
  }
}

function* manifestHints(folder: string, manifest: PackManifest): Generator<string> {
  const files = filesOf(folder);
  if (!files.includes('CARD.md')) {
    yield 'There is no CARD.md: say what the model was trained and tested on, with which figures, and where it fails.';
  }
  const named = new Set(manifest.golden.flatMap(({ input, expected }) => [input, expected]));
  const others = ['manifest.json', 'CARD.md', SIGNATURE_FILE, manifest.weights.file];
  const unused = files.filter(
    (name) => !named.has(name) && !others.includes(name) && !/^LICEN[CS]E/i.test(name),
  );
  if (unused.length > 0)
    yield `Nothing in the manifest names ${unused.slice(0, 5).join(', ')}; leave out what no one needs.`;
  if (JSON.stringify(manifest).includes('REPLACE'))
    yield 'The manifest still holds words of the template (REPLACE).';
  if (!manifest.limits.includes(RESEARCH)) yield `limits should hold '${RESEARCH}'`;
  if (manifest.volume === undefined && manifest.golden.length < 3) {
    yield 'Fewer than three golden cases: add one of 8 and one of 16 bits, one of another size than the input, one that is blank.';
  }
  const scores = manifest.outputs.flatMap((output) => (output.kind === 'score' ? [output] : []));
  for (const { label, finding } of scores) {
    if (manifest.calibration?.[label] === undefined && finding !== false) {
      yield `There is no calibration of '${label}': its score is shown as a score, never as a probability.`;
    }
  }
  if (manifest.domain.minAgeYears === null && manifest.domain.maxAgeYears === null) {
    yield 'domain has no ages: the model reads children and adults alike. Was it tested on both?';
  }
  if (manifest.outOfDomain === undefined && manifest.volume === undefined) {
    yield 'There is no outOfDomain: nothing but its tags tells an image that the model was not made for.';
  }
}

function hintsOn(folder: string | null, manifest: PackManifest | null): string[] {
  if (folder === null || manifest === null) return [];
  return [...weightHints(folder, manifest), ...manifestHints(folder, manifest)];
}

/**
 * What `models install` would say of a pack, and hints. Nothing is kept. A fault does not throw: it is in the answer.
 *
 * @throws Cancelled, Unavailable.
 */
export async function checkPack({ packs, source, limits, signal }: CheckRequest): Promise<ModelsCheck> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-pack-'));
  let staged: { directory: string; manifest: PackManifest } | null = null;
  try {
    let examined: PackExamination | null = null;
    let fault: OverreadError | null = null;
    try {
      examined = await namedAs(folder, source, async () => {
        staged = await stagePack(source, folder, limits);
        return packs.examine(staged.directory, signal);
      });
    } catch (thrown) {
      if (!(thrown instanceof OverreadError) || thrown.type !== 'refused') throw thrown;
      fault = thrown;
    }
    const found = staged as { directory: string; manifest: PackManifest } | null;
    return {
      ok: fault === null,
      id: found?.manifest.id ?? null,
      version: found?.manifest.version ?? null,
      signature: examined?.signature.state ?? null,
      code: fault?.code ?? null,
      reason: fault?.message ?? null,
      hints: hintsOn(found?.directory ?? null, found?.manifest ?? null),
      goldens: [...(examined?.checks ?? [])],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
