import type { ReactNode } from 'react';

interface ActivityRowProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly words: string;
  /** Done, of how many (null: not known yet); absent where nothing is measured. */
  readonly progress?: { readonly done: number; readonly total: number | null };
  readonly tone?: 'danger' | 'warning';
  readonly children?: ReactNode;
}

/** One line of all that runs: of the same height whatever it says, its buttons always at the same place. */
export function ActivityRow({ icon, title, words, progress, tone, children }: ActivityRowProps) {
  return (
    <li className={`activity-row${tone === undefined ? '' : ` activity-row--${tone}`}`}>
      <span className="activity-row__icon" aria-hidden>
        {icon}
      </span>
      <span className="activity-row__title" title={title}>
        {title}
      </span>
      <span
        className={`activity-row__words${progress === undefined ? ' activity-row__words--alone' : ''}`}
        title={words}
      >
        {words}
      </span>
      {progress === undefined ? null : (
        <progress
          aria-label={title}
          {...(progress.total === null ? {} : { max: Math.max(1, progress.total), value: progress.done })}
        />
      )}
      <span className="activity-row__buttons">{children}</span>
    </li>
  );
}
