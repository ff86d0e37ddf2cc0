/** A connected region of a mask: its pixels and the means of their columns and rows. */
export interface MaskRegion {
  readonly pixels: number;
  readonly meanColumn: number;
  readonly meanRow: number;
}

interface Run {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly id: number;
}

export interface RegionCounter {
  /** The next row of the mask: not 0 is inside. */
  addRow(row: Uint8Array): void;
  /** The regions, the largest first. */
  regions(): MaskRegion[];
  /** Share of the image's outermost pixels that lie in the mask, 0 to 1. */
  atEdge(): number;
}

/** Counts the connected regions (8-neighbourhood) of a mask that is given row by row, from runs, with a union-find over them. */
export function countRegions(): RegionCounter {
  const parent: number[] = [];
  const pixels: number[] = [];
  const columnSum: number[] = [];
  const rowSum: number[] = [];
  let rows = 0;
  let columns = 0;
  /** Pixels of the mask in the first row and at both ends of every row, then those of the last row, and of these the ends. */
  let edge = 0;
  let inLast = 0;
  let endsOfLast = 0;
  let above: Run[] = [];

  function root(id: number): number {
    let at = id;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  }

  function addRun(from: number, to: number): Run {
    const id = parent.length;
    parent.push(id);
    pixels.push(to - from);
    columnSum.push(((from + to - 1) * (to - from)) / 2);
    rowSum.push(rows * (to - from));
    for (const run of above) {
      if (run.from > to || run.to < from) continue;
      const a = root(run.id);
      const b = root(id);
      if (a !== b) {
        parent[b] = a;
        pixels[a] = (pixels[a] as number) + (pixels[b] as number);
        columnSum[a] = (columnSum[a] as number) + (columnSum[b] as number);
        rowSum[a] = (rowSum[a] as number) + (rowSum[b] as number);
      }
    }
    return { from, to, id };
  }

  return {
    addRow(row) {
      const runs: Run[] = [];
      for (let x = 0; x < row.length; x++) {
        if (row[x] === 0) continue;
        const from = x;
        while (x < row.length && row[x] !== 0) x++;
        runs.push(addRun(from, x));
      }
      above = runs;
      columns = row.length;
      inLast = runs.reduce((sum, run) => sum + run.to - run.from, 0);
      endsOfLast = (row[0] === 0 ? 0 : 1) + (columns < 2 || row[columns - 1] === 0 ? 0 : 1);
      edge += rows === 0 ? inLast : endsOfLast;
      rows++;
    },
    regions() {
      return parent
        .flatMap((up, id) =>
          up === id
            ? [
                {
                  pixels: pixels[id] as number,
                  meanColumn: (columnSum[id] as number) / (pixels[id] as number),
                  meanRow: (rowSum[id] as number) / (pixels[id] as number),
                },
              ]
            : [],
        )
        .toSorted((a, b) => b.pixels - a.pixels);
    },
    atEdge() {
      if (rows < 2 || columns < 2) return rows === 0 ? 0 : inLast / columns;
      return (edge + inLast - endsOfLast) / (2 * (rows + columns) - 4);
    },
  };
}
