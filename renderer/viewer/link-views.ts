import type { StackView } from './stack-view.ts';

/**
 * Two views of one stack, side by side: whichever is scrolled, moved, magnified or windowed, the other looks the same. The second begins
 * as the first is.
 *
 * @returns Ends it.
 */
export function linkViews(first: StackView, second: StackView): () => void {
  /** One follows at a time; what it draws meanwhile is no wish of its own. */
  let following = false;
  let begun = false;
  const carry = (from: StackView, to: StackView) => (): void => {
    if (following) return;
    const pose = from.pose;
    if (pose === null || to.pose === null) return;
    following = true;
    if (begun) to.follow(pose);
    else {
      begun = true;
      second.follow(first.pose ?? pose);
    }
    following = false;
  };
  const ends = [first.subscribe(carry(first, second)), second.subscribe(carry(second, first))];
  carry(first, second)();
  return () => {
    for (const end of ends) end();
  };
}
