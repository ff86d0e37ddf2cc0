import type { Referral } from './referral.ts';

type Asked = Pick<Referral, 'from' | 'to' | 'state' | 'takenBy' | 'steps'>;

/** A referral that waits for somebody. */
export function isOpen({ state }: Pick<Referral, 'state'>): boolean {
  return state === 'open' || state === 'accepted';
}

/** Whether it waits for this reader: asked by name, or accepted, or asked of anybody and not declined by this one. */
export function waitsFor(referral: Asked, readerId: string): boolean {
  if (!isOpen(referral)) return false;
  if (referral.takenBy !== null) return referral.takenBy.id === readerId;
  if (referral.to !== null) return referral.to.id === readerId;
  const declined = referral.steps.some(({ kind, by }) => kind === 'decline' && by.id === readerId);
  return referral.from.id !== readerId && !declined;
}
