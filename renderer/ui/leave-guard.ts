import { useEffect } from 'react';
import type { OverreadError } from '../../electron/shared/errors.ts';

/** Brings to safety what is on the screen; gives the error where that failed and leaving now would lose it. */
export type LeaveGuard = () => Promise<OverreadError | null>;

let guard: LeaveGuard | null = null;

/** While the component is mounted, nobody leaves its screen without `next` being asked. One screen holds one guard. */
export function useLeaveGuard(next: LeaveGuard): void {
  useEffect(() => {
    guard = next;
    return () => {
      if (guard === next) guard = null;
    };
  }, [next]);
}

export const isGuarded = (): boolean => guard !== null;

/** Null: nothing would be lost. */
export const askGuard = (): Promise<OverreadError | null> => guard?.() ?? Promise.resolve(null);

/** The person chose to lose what could not be saved. */
export function dropGuard(): void {
  guard = null;
}
