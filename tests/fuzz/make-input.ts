import type { Seed } from './corpus.ts';
import { noise } from './mutate-bytes.ts';
import { mutateDicom } from './mutate-dicom.ts';
import { mutateImage, mutateZip } from './mutate-plain.ts';
import { Random } from './random.ts';

/** A mutated file and the seed that it came from. */
export interface FuzzInput {
  readonly seedName: string;
  readonly kind: Seed['kind'];
  readonly bytes: Buffer;
}

/** No input is larger: what a larger one shows, a smaller one shows too. */
const MAX_INPUT = 4 << 20;

/** The input of this number: the same for the same corpus, seed and index, whatever ran before. */
export function makeInput(corpus: readonly Seed[], seed: number, index: number): FuzzInput {
  const random = new Random(seed, index);
  // Eight of ten from DICOM, whatever the corpus holds of each kind.
  const kind = random.of([
    'dicom',
    'dicom',
    'dicom',
    'dicom',
    'dicom',
    'dicom',
    'dicom',
    'dicom',
    'image',
    'zip',
  ] as const);
  const chosen = random.of(corpus.filter((one) => one.kind === kind));
  const mutate = { dicom: mutateDicom, image: mutateImage, zip: mutateZip }[kind];
  let bytes: Buffer;
  try {
    bytes = mutate(chosen.bytes, random);
  } catch (thrown) {
    // A mutation that looks for a field beyond the end of what an earlier one cut short.
    if (!(thrown instanceof RangeError)) throw thrown;
    bytes = noise(chosen.bytes, random);
  }
  if (kind === 'dicom' && random.chance(0.03)) {
    const other = random.of(corpus);
    bytes = Buffer.concat([
      bytes.subarray(0, random.below(bytes.length)),
      other.bytes.subarray(random.below(other.bytes.length)),
    ]);
  }
  return { seedName: chosen.name, kind, bytes: Buffer.from(bytes.subarray(0, MAX_INPUT)) };
}
