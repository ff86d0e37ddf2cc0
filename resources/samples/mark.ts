/** Our own letters for the word that must be on every sample: seven rows of five cells each. */
const LETTERS: Readonly<Record<string, readonly string[]>> = {
  S: ['.####', '#....', '#....', '.###.', '....#', '....#', '####.'],
  Y: ['#...#', '#...#', '.#.#.', '..#..', '..#..', '..#..', '..#..'],
  N: ['#...#', '##..#', '##..#', '#.#.#', '#..##', '#..##', '#...#'],
  T: ['#####', '..#..', '..#..', '..#..', '..#..', '..#..', '..#..'],
  H: ['#...#', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  E: ['#####', '#....', '#....', '####.', '#....', '#....', '#####'],
  I: ['#####', '..#..', '..#..', '..#..', '..#..', '..#..', '#####'],
  C: ['.####', '#....', '#....', '#....', '#....', '#....', '.####'],
};

const WORD = 'SYNTHETIC';

/**
 * Burns SYNTHETIC into the top left corner of an image.
 *
 * @param columns Width of the image in pixels.
 * @param cell Pixels to a cell of a letter.
 * @param ink Stored value of the letters; `paper` of a small field around them, so that they can be read over anything.
 */
export function burnIn(
  pixels: Int16Array | Uint16Array,
  columns: number,
  cell: number,
  ink: number,
  paper: number,
): void {
  const box = { width: (WORD.length * 6 + 1) * cell, height: 9 * cell };
  const corner = 2 * cell;
  for (let y = 0; y < box.height; y++) {
    const start = (corner + y) * columns + corner;
    pixels.fill(paper, start, start + box.width);
  }
  Array.from(WORD).forEach((letter, place) => {
    LETTERS[letter]?.forEach((row, y) => {
      for (let x = 0; x < 5; x++) {
        if (row[x] !== '#') continue;
        for (let line = 0; line < cell; line++) {
          const start = (corner + (1 + y) * cell + line) * columns + corner + (1 + place * 6 + x) * cell;
          pixels.fill(ink, start, start + cell);
        }
      }
    });
  });
}
