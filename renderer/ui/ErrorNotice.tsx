import type { ReactNode } from 'react';
import { toOverreadError } from '../../electron/shared/errors.ts';
import { Notice } from './Notice.tsx';

interface ErrorNoticeProps {
  readonly error: unknown;
  /** What was being done, as 'The study could not be opened.' */
  readonly what: string;
  readonly action?: ReactNode;
}

/** An error in words: what, where, why, what to do. A cancellation is none and shows nothing. */
export function ErrorNotice({ error, what, action }: ErrorNoticeProps) {
  const known = toOverreadError(error);
  if (known.type === 'cancelled') return null;
  return (
    <Notice tone="danger" action={action}>
      <strong>{what}</strong> {known.message} <span className="quiet">({known.code})</span>
    </Notice>
  );
}
