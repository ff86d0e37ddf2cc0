import type { ModelResult } from './analysis.ts';

/** What is said beside a model whose pack nobody vouches for: neither the build nor a key that the site trusts. */
const NOTES = {
  signed: '',
  untrusted: ' (not signed by a trusted key)',
  'not-signed': ' (not signed)',
} as const;

/** A model as a person reads it beside its result: `chest-adult 0.2.0`, `ours 1.0.0 (not signed)`. */
export function modelName({ id, version, signature }: ModelResult['model']): string {
  return `${id} ${version}${signature === undefined ? '' : NOTES[signature]}`;
}
