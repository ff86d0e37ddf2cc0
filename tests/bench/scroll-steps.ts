/**
 * Scrolls the open stack by keyboard to one slice after the other, each step as soon as the one before is drawn.
 *
 * @param evaluate Runs a script in the page and gives the value of its promise.
 * @param ends Indices to scroll to, from wherever the stack is.
 * @returns Milliseconds of each step: from the key until its image is drawn. Throws where a step is not drawn within 30 s, or another
 * slice than the next one was.
 */
export function stepTimes(
  evaluate: (script: string) => Promise<number[]>,
  ends: readonly number[],
): Promise<number[]> {
  return evaluate(`(${inPage.toString()})(${JSON.stringify(ends)})`);
}

/** Runs in the page, by its text alone. */
async function inPage(ends: readonly number[]): Promise<number[]> {
  const pane = document.querySelector<HTMLElement>('[data-testid="pane"]');
  if (pane === null) throw new Error('no stack is open');
  const times: number[] = [];
  let at = Number(pane.dataset['shown']);
  for (const end of ends) {
    while (at !== end) {
      const next = at + Math.sign(end - at);
      const drawn = new Promise<void>((done, failed) => {
        const late = setTimeout(() => failed(new Error(`slice ${next} was not drawn within 30 s`)), 30_000);
        const observer = new MutationObserver(() => {
          const shown = Number(pane.dataset['shown']);
          if (shown === at) return;
          clearTimeout(late);
          observer.disconnect();
          if (shown === next) done();
          else failed(new Error(`slice ${shown} was drawn instead of ${next}`));
        });
        observer.observe(pane, { attributes: true, attributeFilter: ['data-shown'] });
      });
      const began = performance.now();
      const key = next > at ? 'ArrowDown' : 'ArrowUp';
      window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await drawn;
      times.push(performance.now() - began);
      at = next;
      await new Promise(requestAnimationFrame);
    }
  }
  return times;
}
