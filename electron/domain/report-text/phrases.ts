import { foldPhrase, type Word } from './tokens.ts';

interface Node<T> {
  readonly next: Map<string, Node<T>>;
  readonly values: T[];
}

export interface PhraseHit<T> {
  /** Indices of words; `to` is the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly values: readonly T[];
}

/** Phrases found in words, the longest first; a phrase does not reach over a comma, a bracket or a colon. */
export class Phrases<T> {
  readonly #root: Node<T> = { next: new Map(), values: [] };

  add(phrase: string, value: T): void {
    let node = this.#root;
    for (const fold of foldPhrase(phrase)) {
      let below = node.next.get(fold);
      if (below === undefined) {
        below = { next: new Map(), values: [] };
        node.next.set(fold, below);
      }
      node = below;
    }
    if (node !== this.#root && !node.values.includes(value)) node.values.push(value);
  }

  /** The longest phrase that begins at word `at`. */
  at(words: readonly Word[], at: number): PhraseHit<T> | null {
    let node: Node<T> | undefined = this.#root;
    let hit: PhraseHit<T> | null = null;
    for (let index = at; index < words.length; index += 1) {
      const word = words[index];
      if (word === undefined || (index > at && word.gap !== '')) break;
      node = node.next.get(word.fold);
      if (node === undefined) break;
      if (node.values.length > 0) hit = { from: at, to: index + 1, values: node.values };
    }
    return hit;
  }

  /** All phrases from left to right, none over another; `taken` words begin none. */
  all(words: readonly Word[], taken?: readonly boolean[]): PhraseHit<T>[] {
    const hits: PhraseHit<T>[] = [];
    for (let index = 0; index < words.length; ) {
      const hit = taken?.[index] === true ? null : this.at(words, index);
      if (hit !== null) hits.push(hit);
      index = hit?.to ?? index + 1;
    }
    return hits;
  }

  /** All phrases, those that overlap too, but none within a longer one. */
  overlapping(words: readonly Word[], taken?: readonly boolean[]): PhraseHit<T>[] {
    const hits: PhraseHit<T>[] = [];
    for (let index = 0; index < words.length; index += 1) {
      const hit = taken?.[index] === true ? null : this.at(words, index);
      if (hit !== null && hit.to > (hits.at(-1)?.to ?? 0)) hits.push(hit);
    }
    return hits;
  }
}
