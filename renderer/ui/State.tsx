import type { ReactNode } from 'react';

interface StateProps {
  readonly title: string;
  readonly children?: ReactNode;
}

/** A whole area that has nothing to show: says what is the case and offers the next step. */
export function State({ title, children }: StateProps) {
  return (
    <div className="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
