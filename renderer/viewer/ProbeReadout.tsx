import { useSyncExternalStore } from 'react';
import type { Probe } from './measured-image.ts';
import { shortNumber } from './format-measured.ts';

/** Holds what is under the cursor; a store of its own, so that moving the mouse redraws nothing else. */
export class ProbeStore {
  #value: Probe | null = null;
  readonly #listeners = new Set<() => void>();

  get = (): Probe | null => this.#value;

  set = (value: Probe | null): void => {
    if (value === this.#value) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** Column, row, value and unit of the pixel under the cursor. */
export function ProbeReadout({ store }: { readonly store: ProbeStore }) {
  const probe = useSyncExternalStore(store.subscribe, store.get);
  if (probe === null) return null;
  return (
    <div className="overlay__probe" data-testid="probe">
      <span className="quiet">x</span> {probe.column} <span className="quiet">y</span> {probe.row}
      {'  '}
      {probe.value === null ? null : (
        <>
          {shortNumber(probe.value.number)} <span className="quiet">{probe.value.unit}</span>
          {'  '}
        </>
      )}
      <span className="quiet">stored</span> {probe.stored.join(' ')}
    </div>
  );
}
