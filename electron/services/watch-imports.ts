/**
 * Notices what another process imported into the same data folder (`overread import` beside an open window). It looks at nothing but the
 * instances: that a model has written a result must not show, not even by its time.
 *
 * @param newest A number that grows with every instance that is stored.
 * @returns How to stop.
 */
export function watchImports(newest: () => number, changed: () => void, everyMs = 2000): () => void {
  let known = newest();
  const timer = setInterval(() => {
    const now = newest();
    if (now === known) return;
    known = now;
    changed();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
