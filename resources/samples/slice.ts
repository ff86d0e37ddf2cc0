import {
  airways,
  aorta,
  type Ball,
  type Ellipsoid,
  FAT,
  HU,
  inLung,
  NODULES,
  ORGANS,
  ribs,
  spine,
  sternum,
  trunk,
  vessels,
} from './anatomy.ts';

/** A grid in a transverse plane: cell (column i, row j) is centred at (x0 + i·dx, y0 + j·dy) millimetres. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
}

/** A grid of this many cells and this size centred on the body's axis. */
export function centredGrid(columns: number, rows: number, dx: number, dy: number): Grid {
  return { columns, rows, x0: (-(columns - 1) / 2) * dx, y0: (-(rows - 1) / 2) * dy, dx, dy };
}

/** Balls by the slabs of height that they reach, so that a slice looks at few of them. Later balls lie over earlier ones. */
class Shelf {
  readonly #slabs = new Map<number, Ball[]>();

  constructor(balls: readonly Ball[]) {
    for (const ball of balls) {
      for (let slab = Shelf.#slab(ball.z - ball.radius); slab <= Shelf.#slab(ball.z + ball.radius); slab++) {
        const there = this.#slabs.get(slab);
        if (there === undefined) this.#slabs.set(slab, [ball]);
        else there.push(ball);
      }
    }
  }

  at(z: number): readonly Ball[] {
    return this.#slabs.get(Shelf.#slab(z)) ?? [];
  }

  static #slab(z: number): number {
    return Math.floor(z / 8);
  }
}

/** Lays an ellipse of one tissue over the cells; only where `where` allows it. */
function ellipse(
  cells: Int16Array,
  { columns, rows, x0, y0, dx, dy }: Grid,
  centre: readonly [number, number],
  radii: readonly [number, number],
  hu: number,
): void {
  const first = Math.max(0, Math.ceil((centre[1] - radii[1] - y0) / dy));
  const last = Math.min(rows - 1, Math.floor((centre[1] + radii[1] - y0) / dy));
  for (let j = first; j <= last; j++) {
    const along = (y0 + j * dy - centre[1]) / radii[1];
    const half = radii[0] * Math.sqrt(Math.max(0, 1 - along * along));
    const from = Math.max(0, Math.ceil((centre[0] - half - x0) / dx));
    const to = Math.min(columns - 1, Math.floor((centre[0] + half - x0) / dx));
    if (to >= from) cells.fill(hu, j * columns + from, j * columns + to + 1);
  }
}

function ellipsoidAt({ centre, radii, hu }: Ellipsoid, z: number, cells: Int16Array, grid: Grid): void {
  const up = (z - centre[2]) / radii[2];
  if (Math.abs(up) >= 1) return;
  const scale = Math.sqrt(1 - up * up);
  ellipse(cells, grid, [centre[0], centre[1]], [radii[0] * scale, radii[1] * scale], hu);
}

function ballAt({ x, y, z, radius, hu }: Ball, height: number, cells: Int16Array, grid: Grid): void {
  const squared = radius * radius - (height - z) * (height - z);
  if (squared > 0) ellipse(cells, grid, [x, y], [Math.sqrt(squared), Math.sqrt(squared)], hu);
}

function lungs(z: number, cells: Int16Array, { columns, rows, x0, y0, dx, dy }: Grid): void {
  for (let j = 0; j < rows; j++) {
    const y = y0 + j * dy;
    if (Math.abs(y) > 95) continue;
    for (let i = 0; i < columns; i++) {
      const x = x0 + i * dx;
      if (Math.abs(x) < 145 && inLung(x, y, z)) cells[j * columns + i] = HU.lung;
    }
  }
}

function bones(z: number, cells: Int16Array, { columns, rows, x0, y0, dx, dy }: Grid): void {
  for (let j = 0; j < rows; j++) {
    const y = y0 + j * dy;
    if (y > -84 && y < 52) continue;
    for (let i = Math.max(0, Math.ceil((-22 - x0) / dx)); x0 + i * dx <= 22 && i < columns; i++) {
      const x = x0 + i * dx;
      const tissue = sternum(x, y, z) ? HU.spongy : spine(x, y, z);
      if (tissue !== null) cells[j * columns + i] = tissue;
    }
  }
}

/**
 * Makes transverse slices of the phantom on a grid: Hounsfield units, row by row. The array is used again for the next one.
 * `shift` moves the grid's rows towards the back, in millimetres.
 */
export function slicer(shape: Grid): (z: number, shift?: number) => Int16Array {
  const cells = new Int16Array(shape.columns * shape.rows);
  const vesselShelf = new Shelf([...vessels(), ...NODULES]);
  const organShelf = new Shelf(aorta());
  const airShelf = new Shelf(airways());
  const ribShelf = new Shelf(ribs());
  return (z, shift = 0) => {
    const grid = { ...shape, y0: shape.y0 + shift };
    cells.fill(HU.air);
    const [a, b] = trunk(z);
    ellipse(cells, grid, [0, 0], [a, b], HU.fat);
    ellipse(cells, grid, [0, 0], [a - FAT, b - FAT], HU.muscle);
    lungs(z, cells, grid);
    for (const ball of vesselShelf.at(z)) ballAt(ball, z, cells, grid);
    for (const organ of ORGANS) ellipsoidAt(organ, z, cells, grid);
    for (const ball of organShelf.at(z)) ballAt(ball, z, cells, grid);
    for (const ball of airShelf.at(z)) ballAt(ball, z, cells, grid);
    bones(z, cells, grid);
    for (const ball of ribShelf.at(z)) ballAt(ball, z, cells, grid);
    return cells;
  };
}
