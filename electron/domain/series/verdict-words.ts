import type { StackGap, StackMeasures, StackReason } from '../../shared/stack.ts';

/** Millimetres to two places, as scanners state slice distances. */
export function mm(value: number): string {
  return `${value.toFixed(2)} mm`;
}

function degrees(value: number): string {
  return `${value.toFixed(value < 1 ? 2 : 1)}°`;
}

const plural = (count: number, one: string, several: string): string =>
  `${count} ${count === 1 ? one : several}`;

/** A few names in words, the rest counted. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4);
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}

export function tiltReason(tilt: number, drift: number, stated: number | undefined): StackReason {
  const files = stated === undefined ? '' : ` The files state a gantry tilt of ${stated}°.`;
  return {
    code: 'tilt',
    sign: `tilted ${degrees(tilt)}`,
    words: `Each slice is shifted against the last, at ${degrees(tilt)} to the normal, ${mm(drift)} from end to end.${files}`,
  };
}

export function shiftReason(shift: number): StackReason {
  return {
    code: 'shifted',
    sign: 'shifted sideways',
    words: `Slices are shifted sideways by up to ${mm(shift)} against the line that they follow.`,
  };
}

export function unevenReason({ min, median, max }: NonNullable<StackMeasures['distance']>): StackReason {
  return {
    code: 'uneven',
    sign: 'uneven spacing',
    words: `The distances between slices differ: ${mm(min)} to ${mm(max)}, median ${mm(median)}.`,
  };
}

export function gapReason(gaps: readonly StackGap[]): StackReason {
  const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
  const slices = plural(missing, 'slice', 'slices');
  const places = gaps.map(
    ({ after, distance, expected }) =>
      `between images ${after + 1} and ${after + 2} (${mm(distance)} instead of ${mm(expected)})`,
  );
  return {
    code: 'missing-slices',
    sign: `${slices} missing`,
    words: `${slices} ${missing === 1 ? 'seems' : 'seem'} to be missing: ${listed(places)}.`,
  };
}

export function duplicateReason(duplicates: readonly { first: number; count: number }[]): StackReason {
  const places = duplicates.map(
    ({ first, count }) => `images ${first + 1} ${count === 2 ? 'and' : 'to'} ${first + count}`,
  );
  return {
    code: 'duplicates',
    sign: 'same position twice',
    words: `Several images lie at one position along the stack, and nothing says which of them belong together: ${listed(places)}. All of them are shown.`,
  };
}

export const REASONS = {
  oneImage: { code: 'too-few', sign: 'one image', words: 'One image alone is no volume.' },
  twoPlaces: {
    code: 'too-few',
    sign: 'two slices',
    words: 'Two slices alone do not show whether one between them is missing.',
  },
  onePlane: {
    code: 'one-plane',
    sign: 'one plane',
    words: 'All images show one and the same plane, one after the other.',
  },
  ownOrientations: {
    code: 'own-orientations',
    sign: 'several planes',
    words: 'Each image has an orientation of its own.',
  },
  noPosition: {
    code: 'no-position',
    sign: 'no positions',
    words: 'The files do not say where these images lie in the patient.',
  },
  noFramePosition: {
    code: 'no-position',
    sign: 'no positions',
    words: 'The file does not say where each of its frames lies in the patient.',
  },
  oldHeader: {
    code: 'no-position',
    sign: 'no positions',
    words:
      'An earlier version imported this object and kept the position of its first frame alone. Remove the study and import it again.',
  },
  noSpacing: {
    code: 'no-spacing',
    sign: 'no pixel size',
    words: 'The files do not say how large a pixel is in the patient.',
  },
  localiser: {
    code: 'localiser',
    sign: 'localiser',
    words: 'A localiser, made to plan the examination.',
  },
} as const satisfies Record<string, StackReason>;

export function notDrawnReason(why: string): StackReason {
  return { code: 'not-drawn', sign: 'not drawn', words: `Kept, not drawn: ${why}.` };
}
