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

/** What a person writes for a model, `ID` or `ID@VERSION`, in its parts. */
export function parseModelChoice(choice: string): { readonly id: string; readonly version: string | null } {
  const at = choice.indexOf('@');
  return at < 0 ? { id: choice, version: null } : { id: choice.slice(0, at), version: choice.slice(at + 1) };
}
