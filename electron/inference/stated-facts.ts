/** One fact of the domain: where its value comes from, and whether file and person contradict each other. */
export interface Fact {
  /** Empty where neither says. */
  readonly value: string;
  /** True where the value is a person's statement. */
  readonly stated: boolean;
  /** In words, where the person stated another value than the file; null otherwise. */
  readonly conflict: string | null;
  /** What the person stated, where it is not what the file says; else empty. */
  readonly otherwise: string;
}

/** The file's own value counts; a statement fills in what it does not say. */
export function resolveFact(what: string, tag: string, stated: string): Fact {
  if (tag === '') return { value: stated, stated: stated !== '', conflict: null, otherwise: '' };
  const conflict =
    stated !== '' && stated !== tag
      ? `The ${what} was stated as ${stated}, but the file says ${tag}; what the file says was used.`
      : null;
  return { value: tag, stated: false, conflict, otherwise: conflict === null ? '' : stated };
}
