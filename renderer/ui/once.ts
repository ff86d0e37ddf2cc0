import type { MouseEvent } from 'react';

/**
 * For a step that cannot be taken back and that changes the screen: the second click of a double click does nothing, neither here nor on the
 * next screen's button that lies under the pointer by then. A press by keyboard counts as no click.
 */
export function once(act: () => void): (event: MouseEvent) => void {
  return ({ detail }) => {
    if (detail < 2) act();
  };
}

/** The same for the button that sends a form. */
export function sendOnce(event: MouseEvent): void {
  if (event.detail > 1) event.preventDefault();
}
