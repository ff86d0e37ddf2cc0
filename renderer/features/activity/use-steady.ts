import { useState } from 'react';

/**
 * Keeps the rows of a list where they are while it is looked at: what comes in later is counted and waits until the person asks for it, so
 * that nothing moves under the pointer. What a row says goes on changing.
 *
 * @param items In the order wanted, the newest first.
 */
export function useSteady<T>(
  items: readonly T[],
  idOf: (item: T) => string,
): { readonly shown: readonly T[]; readonly newer: number; readonly showNewer: () => void } {
  const [order, setOrder] = useState(() => items.map(idOf));
  const byId = new Map(items.map((item) => [idOf(item), item]));
  const ids = [...byId.keys()];
  // Where nothing was listed nothing can move.
  if (order.length === 0 && ids.length > 0) setOrder(ids);
  const known = new Set(order);
  return {
    shown: order.flatMap((id) => byId.get(id) ?? []),
    newer: ids.filter((id) => !known.has(id)).length,
    showNewer: () => setOrder(ids),
  };
}
