import type { PackManifest, PackOutput } from '../shared/pack.ts';

/** Pixels of an image that is cut into tiles, a side: all of it is held at once. */
const MOST_SIDE = 8192;

/** What a number that a network estimates must hold to. */
export function* estimateContradictions({
  label,
  range,
  roundTo,
}: Extract<PackOutput, { kind: 'regression' }>): Generator<string> {
  if (range[0] >= range[1]) yield `the range of ‘${label}’ must go from the least value to the largest`;
  else if (roundTo > range[1] - range[0]) yield `‘${label}’ is rounded to more than its range`;
}

/** What a pack of tile maps must hold to; nothing where it has none. */
export function* tileContradictions({ outputs, preprocess, domain }: PackManifest): Generator<string> {
  const maps = outputs.filter((output) => output.kind === 'tiles');
  const cut = preprocess.some(({ op }) => op === 'tiles');
  for (const { name, classes } of maps) {
    for (const what of ['channel', 'label'] as const) {
      if (new Set(classes.map((one) => one[what])).size < classes.length)
        yield `two classes of ‘${name}’ have one ${what}`;
    }
  }
  if (preprocess.findIndex(({ op }) => op === 'tiles') !== (cut ? preprocess.length - 1 : -1))
    yield 'tiles must be the last step of preprocess';
  if (cut && maps.length < outputs.length)
    yield 'a pack that cuts tiles has outputs of the kind ‘tiles’ only';
  if (cut && Math.max(domain.maxRows ?? MOST_SIDE + 1, domain.maxColumns ?? MOST_SIDE + 1) > MOST_SIDE)
    yield `a pack that cuts tiles must say in domain how large an image may be (maxRows, maxColumns), at most ${MOST_SIDE}`;
  const last = preprocess.at(-1);
  if (last?.op === 'tiles' && (domain.minRows < last.rows || domain.minColumns < last.columns))
    yield 'domain: the least size of an image must be at least that of a tile';
  const letterboxed = preprocess.some((step) => step.op === 'resize' && step.aspect === 'letterbox');
  if (maps.length > 0 && letterboxed)
    yield 'a tile map needs an image that fills the input (aspect squash), or tiles that are cut: tiles in a border would be of nothing';
}
