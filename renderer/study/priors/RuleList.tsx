import { TriangleAlert } from 'lucide-react';
import type { RuleWords } from '../../../electron/shared/response.ts';

/** Rules that are broken or strained, each with where it is written. */
export function RuleList({ rules }: { readonly rules: readonly RuleWords[] }) {
  if (rules.length === 0) return null;
  return (
    <ul className="response__rules" aria-label="Rules to mind">
      {rules.map(({ words, source }) => (
        <li key={words}>
          <TriangleAlert size={13} aria-hidden />
          <span>
            {words} {source === '' ? null : <span className="quiet">({source})</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
