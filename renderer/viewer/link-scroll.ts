import type { StackFrame } from './stack-frames.ts';
import type { StackView } from './stack-view.ts';

/** How two stacks of different studies are scrolled together. */
export type ScrollLink =
  | {
      readonly kind: 'position' /** Millimetres from a level of the first to the same level of the second. */;
      readonly offset: number;
    }
  | { readonly kind: 'fraction' }
  | { readonly kind: 'none' };

/** Cosine of about 2.6°: a slice of 300 mm is off by 14 mm at its edge at most, and by nothing in its middle. */
const PARALLEL = 0.999;

type Triple = readonly [number, number, number];

/** Place of each frame along the normal of the first, mm; null where the frames are not parallel slices with positions. */
export function positionsOf(frames: readonly StackFrame[]): { normal: Triple; at: number[] } | null {
  const first = frames[0]?.image;
  if (first?.orientation == null || frames.length < 2) return null;
  const normal = normalOf(first.orientation);
  const at: number[] = [];
  for (const { image } of frames) {
    if (image.position === null || image.orientation === null) return null;
    if (dot(normal, normalOf(image.orientation)) < PARALLEL) return null;
    at.push(dot(normal, image.position));
  }
  return { normal, at };
}

/**
 * How the second stack is to follow the first: by position where both are parallel slices whose ranges overlap, else by the fraction of the
 * stack; stacks of one image do not scroll. Each study has a frame of reference of its own, so that equal positions are the same level
 * only as far as the patient lay alike: the reader shifts one against the other.
 */
export function scrollLink(first: readonly StackFrame[], second: readonly StackFrame[]): ScrollLink {
  if (first.length < 2 || second.length < 2) return { kind: 'none' };
  const [a, b] = [positionsOf(first), positionsOf(second)];
  if (a === null || b === null || dot(a.normal, b.normal) < PARALLEL) return { kind: 'fraction' };
  const overlap =
    Math.min(Math.max(...a.at), Math.max(...b.at)) - Math.max(Math.min(...a.at), Math.min(...b.at));
  return overlap > 0 ? { kind: 'position', offset: 0 } : { kind: 'fraction' };
}

/** The frame of `to` at the level of one of `from`; the nearest there is. `sign`: 1 from the first to the second stack, -1 back. */
export function sameLevel(
  link: ScrollLink,
  from: readonly StackFrame[],
  to: readonly StackFrame[],
  index: number,
  sign: 1 | -1,
): number {
  if (link.kind === 'position') {
    const [a, b] = [positionsOf(from), positionsOf(to)];
    const wanted = (a?.at[index] ?? 0) + sign * link.offset;
    let nearest = 0;
    b?.at.forEach((place, at) => {
      if (Math.abs(place - wanted) < Math.abs((b.at[nearest] ?? 0) - wanted)) nearest = at;
    });
    return nearest;
  }
  return Math.round((index / Math.max(1, from.length - 1)) * (to.length - 1));
}

/** Position that is shifted as the two lie now; other links as they are. */
export function asTheyLie(link: ScrollLink, first: StackView, second: StackView): ScrollLink {
  if (link.kind !== 'position') return link;
  const a = positionsOf(first.source.frames)?.at[first.state.wanted];
  const b = positionsOf(second.source.frames)?.at[second.state.wanted];
  return a === undefined || b === undefined ? link : { kind: 'position', offset: b - a };
}

/**
 * Scrolls two stacks together: whichever the reader scrolls, the other goes to the same level. Nothing else of them is linked.
 *
 * @returns Ends it.
 */
export function linkScroll(first: StackView, second: StackView, link: ScrollLink): () => void {
  if (link.kind === 'none') return () => {};
  const known = new Map<StackView, number>();
  const carry = (from: StackView, to: StackView, sign: 1 | -1) => (): void => {
    const { wanted } = from.state;
    // What follows is no wish of the reader: else two stacks of other distances would push each other on.
    if (known.get(from) === wanted) return;
    known.set(from, wanted);
    const level = sameLevel(link, from.source.frames, to.source.frames, wanted, sign);
    known.set(to, level);
    if (level !== to.state.wanted) to.show(level);
  };
  known.set(second, second.state.wanted);
  const ends = [first.subscribe(carry(first, second, 1)), second.subscribe(carry(second, first, -1))];
  carry(first, second, 1)();
  return () => {
    for (const end of ends) end();
  };
}

function normalOf([rx, ry, rz, cx, cy, cz]: readonly [
  number,
  number,
  number,
  number,
  number,
  number,
]): Triple {
  return [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
