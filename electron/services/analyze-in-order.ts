/** So many go on at once: the engine works on one, decodes the next and knows of the third, and one is being put away. */
const AT_ONCE = 4;

/** `work` on each item, a few at a time, results in the items' order. The first failure ends it; what runs by then is waited for. */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = Array.from({ length: items.length });
  let next = 0;
  let stopped = false;
  async function worker(): Promise<void> {
    while (!stopped && next < items.length) {
      const at = next++;
      try {
        results[at] = await work(items[at] as Item);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const outcome of workers) if (outcome.status === 'rejected') throw outcome.reason;
  return results;
}
