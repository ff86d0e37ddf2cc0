import type { FindingTerm, Terminology } from '../shared/terminology.ts';

/**
 * How two labels stand to each other.
 *
 * - `same`: one term, or the same free words.
 * - `narrower` / `wider`: the first lies below / above the second in the hierarchy.
 * - `sign`: the first can be a sign of the second, or the second of the first.
 * - `none`: nothing is known to connect them. Free words that are no term connect only to themselves.
 */
export type TermRelation = 'same' | 'narrower' | 'wider' | 'sign' | 'none';

/** The terms of a terminology file, found by words and walked by their hierarchy. */
export class Terms {
  readonly #byId: ReadonlyMap<string, FindingTerm>;
  readonly #byWords: ReadonlyMap<string, FindingTerm>;

  constructor(terminology: Terminology) {
    this.#byId = new Map(terminology.terms.map((term) => [term.id, term]));
    this.#byWords = new Map(
      terminology.terms.flatMap((term) =>
        [term.label, ...term.synonyms].map((words) => [plain(words), term] as const),
      ),
    );
  }

  /** The term of a label or synonym, without regard to case; undefined for a reader's free words. */
  find(words: string): FindingTerm | undefined {
    return this.#byWords.get(plain(words));
  }

  byId(id: string): FindingTerm | undefined {
    return this.#byId.get(id);
  }

  relation(first: string, second: string): TermRelation {
    if (plain(first) === plain(second)) return 'same';
    const [a, b] = [this.find(first), this.find(second)];
    if (a === undefined || b === undefined) return 'none';
    if (a.id === b.id) return 'same';
    if (this.#isBelow(a, b)) return 'narrower';
    if (this.#isBelow(b, a)) return 'wider';
    return this.#isSignOf(a, b) || this.#isSignOf(b, a) ? 'sign' : 'none';
  }

  #isBelow(term: FindingTerm, wider: FindingTerm): boolean {
    return this.#upwards(term).some((step, index) => index > 0 && step.id === wider.id);
  }

  /** A sign of a narrow finding is one of the wider as well; a narrower sign is a sign too. */
  #isSignOf(term: FindingTerm, of: FindingTerm): boolean {
    return this.#upwards(term).some((step) =>
      step.signOf.some((id) => {
        const meant = this.#byId.get(id);
        return meant !== undefined && (meant.id === of.id || this.#isBelow(meant, of));
      }),
    );
  }

  /** The term and all wider ones. A circle in the file ends the walk rather than hanging it. */
  #upwards(term: FindingTerm): FindingTerm[] {
    const path: FindingTerm[] = [];
    for (
      let step: FindingTerm | undefined = term;
      step !== undefined && !path.includes(step);
      step = step.parent === null ? undefined : this.#byId.get(step.parent)
    ) {
      path.push(step);
    }
    return path;
  }
}

function plain(words: string): string {
  return words.trim().toLowerCase().replaceAll(/\s+/g, ' ');
}
