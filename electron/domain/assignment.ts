/**
 * The one-to-one assignment of rows to columns with the greatest sum of weights.
 *
 * The Hungarian method with potentials (Kuhn 1955, Munkres 1957), O(n³). Weights are at least 0; 0 forbids a pair: a row
 * or column may stay alone.
 *
 * @param weights One array a row, all of the same length.
 * @returns Pairs `[row, column]`, by row.
 */
export function assign(weights: readonly (readonly number[])[]): [number, number][] {
  const rows = weights.length;
  const columns = weights[0]?.length ?? 0;
  const size = Math.max(rows, columns);
  const weight = (row: number, column: number): number => weights[row]?.[column] ?? 0;

  // Square, and as costs: what lies outside the real rows and columns weighs 0, like staying alone.
  const rowPotential = new Float64Array(size + 1);
  const columnPotential = new Float64Array(size + 1);
  /** Row (1-based) that a column (1-based) belongs to; 0 for none. Column 0 is where a search begins. */
  const rowOf = new Int32Array(size + 1);

  for (let row = 1; row <= size; row++) {
    rowOf[0] = row;
    let column = 0;
    const slack = new Float64Array(size + 1).fill(Number.POSITIVE_INFINITY);
    const cameFrom = new Int32Array(size + 1);
    const visited = new Uint8Array(size + 1);
    do {
      visited[column] = 1;
      const here = rowOf[column] ?? 0;
      let step = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= size; j++) {
        if (visited[j] === 1) continue;
        const reduced = -weight(here - 1, j - 1) - (rowPotential[here] ?? 0) - (columnPotential[j] ?? 0);
        if (reduced < (slack[j] ?? 0)) {
          slack[j] = reduced;
          cameFrom[j] = column;
        }
        if ((slack[j] ?? 0) < step) {
          step = slack[j] ?? 0;
          next = j;
        }
      }
      for (let j = 0; j <= size; j++) {
        if (visited[j] === 1) {
          const owner = rowOf[j] ?? 0;
          rowPotential[owner] = (rowPotential[owner] ?? 0) + step;
          columnPotential[j] = (columnPotential[j] ?? 0) - step;
        } else {
          slack[j] = (slack[j] ?? 0) - step;
        }
      }
      column = next;
    } while ((rowOf[column] ?? 0) !== 0);
    while (column !== 0) {
      const previous = cameFrom[column] ?? 0;
      rowOf[column] = rowOf[previous] ?? 0;
      column = previous;
    }
  }

  const pairs: [number, number][] = [];
  for (let j = 1; j <= size; j++) {
    const row = (rowOf[j] ?? 0) - 1;
    if (weight(row, j - 1) > 0) pairs.push([row, j - 1]);
  }
  return pairs.toSorted((a, b) => a[0] - b[0]);
}
