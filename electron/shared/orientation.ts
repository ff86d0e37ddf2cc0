/**
 * Letters at the edges of an image that say which side of the patient lies there.
 *
 * Axes are DICOM's: +x to the patient's left, +y to the back, +z to the head (PS3.3 C.7.6.2.1.1);
 * letters are those of Patient Orientation (PS3.3 C.7.6.1.1.1): L R, P A, H F.
 */
export interface EdgeLetters {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

export type DirectionCosines = readonly [number, number, number, number, number, number];

/**
 * An axis earns a letter where the edge points at least 15° out of the plane of the other two (sin 15°):
 * a slight tilt does not turn 'A' into 'AH', a real oblique reads 'AL' or 'PF'.
 */
const LEAST_SHARE = Math.sin((15 * Math.PI) / 180);

const AXES = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F'],
] as const;

const OPPOSITES: Readonly<Record<string, string>> = { L: 'R', R: 'L', P: 'A', A: 'P', H: 'F', F: 'H' };

/**
 * Letters from Image Orientation (Patient): direction cosines of a row (towards the right edge), then of a
 * column (towards the bottom edge). Oblique edges carry several letters, the strongest first, such as 'AL'.
 */
export function edgeLetters(orientation: DirectionCosines): EdgeLetters {
  const [rowX, rowY, rowZ, columnX, columnY, columnZ] = orientation;
  return {
    right: lettersOf([rowX, rowY, rowZ]),
    left: lettersOf([-rowX, -rowY, -rowZ]),
    bottom: lettersOf([columnX, columnY, columnZ]),
    top: lettersOf([-columnX, -columnY, -columnZ]),
  };
}

/**
 * Letters from Patient Orientation (0020,0020) of a projection image: the right edge's letters, then the bottom's.
 * Null where a letter is none of L R A P H F: then nothing is drawn rather than a guess.
 */
export function edgeLettersOfProjection(patientOrientation: readonly [string, string]): EdgeLetters | null {
  const [right, bottom] = patientOrientation;
  const left = opposite(right);
  const top = opposite(bottom);
  if (left === null || top === null) return null;
  return { left, right, top, bottom };
}

/** Letters of an image by whatever its file says; null where it says nothing. */
export function edgeLettersOfImage(image: {
  readonly orientation: DirectionCosines | null;
  readonly patientOrientation: readonly [string, string] | null;
}): EdgeLetters | null {
  if (image.orientation !== null) return edgeLetters(image.orientation);
  if (image.patientOrientation !== null) return edgeLettersOfProjection(image.patientOrientation);
  return null;
}

function lettersOf(direction: readonly [number, number, number]): string {
  return direction
    .map((share, axis) => ({ share: Math.abs(share), letter: AXES[axis]?.[share > 0 ? 0 : 1] ?? '' }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .toSorted((a, b) => b.share - a.share)
    .map(({ letter }) => letter)
    .join('');
}

function opposite(letters: string): string | null {
  const turned = letters.split('').map((letter) => OPPOSITES[letter]);
  return turned.length === 0 || turned.includes(undefined) ? null : turned.join('');
}
