import type { StatementLine } from '../../../electron/shared/response.ts';
import { Button } from '../../ui/Button.tsx';
import { once } from '../../ui/once.ts';

interface StatementListProps {
  readonly statements: readonly StatementLine[];
  readonly busy: boolean;
  readonly onUndo: (id: string) => void;
}

/** What the reader stated in this study. Rows stay; the newest that was not taken back holds. */
export function StatementList({ statements, busy, onUndo }: StatementListProps) {
  if (statements.length === 0) return null;
  return (
    <section className="response__form" aria-label="Stated in this study">
      <h3>Stated in this study</h3>
      <ol className="response__statements">
        {statements.map(({ id, at, words, reason, afterCommit, undone, undoable }) => (
          <li key={id}>
            <span className="quiet">
              {at.slice(0, 10)} {at.slice(11, 16)} UTC
            </span>
            <span>
              {undone ? <s>{words}</s> : words}
              {undone ? ' (taken back)' : ''}
              {afterCommit ? ` · after the commit: ${reason}` : ''}
            </span>
            {undoable ? (
              <Button
                tone="plain"
                aria-disabled={busy}
                aria-label={`Take back: ${words}`}
                onClick={once(() => onUndo(id))}
              >
                Take back
              </Button>
            ) : (
              <span />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
