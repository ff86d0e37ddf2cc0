import { useSyncExternalStore } from 'react';
import { isGuarded } from '../ui/leave-guard.ts';

/** Where the window is; kept in the hash, so that a reload comes back here. */
export type Route =
  | { readonly screen: 'worklist' }
  | { readonly screen: 'ledger' }
  | { readonly screen: 'study'; readonly studyInstanceUID: string }
  | { readonly screen: 'trial'; readonly trialId: string }
  /** A run of the reader's own, and one of its cases, after it was told. */
  | {
      readonly screen: 'training';
      readonly trainingId: string;
      readonly run: number | null;
      readonly position: number | null;
    };

/** '#/study/1.2.3' → the study, '#/ledger' → the ledger, '#/reader-study/ID' → that one, '#/training/ID[/RUN[/CASE]]' → that; everything else → the worklist. */
export function parseRoute(hash: string): Route {
  if (hash === '#/ledger') return { screen: 'ledger' };
  const trial = /^#\/reader-study\/([A-Za-z0-9-]{1,64})$/.exec(hash)?.[1];
  if (trial !== undefined) return { screen: 'trial', trialId: trial };
  const training = /^#\/training\/([A-Za-z0-9-]{1,64})(?:\/(\d{1,6})(?:\/(\d{1,6}))?)?$/.exec(hash);
  if (training?.[1] !== undefined) {
    const number = (text: string | undefined): number | null => (text === undefined ? null : Number(text));
    return {
      screen: 'training',
      trainingId: training[1],
      run: number(training[2]),
      position: number(training[3]),
    };
  }
  const match = /^#\/study\/([0-9.]{1,64})$/.exec(hash);
  return match?.[1] === undefined ? { screen: 'worklist' } : { screen: 'study', studyInstanceUID: match[1] };
}

/** The hash that is on the screen; the address bar's may be one that still waits to be let in. */
let shown = window.location.hash;
/** Set by our own moves, which have asked the guard already. */
let allowed: string | null = null;
/** Told of a move by the browser's own keys (Alt + ←) that a guard holds back. */
let onHeld: ((hash: string) => void) | null = null;

function go(hash: string): void {
  if (hash === window.location.hash) return;
  allowed = hash;
  window.location.hash = hash;
}

export function goToStudy(studyInstanceUID: string): void {
  go(`#/study/${studyInstanceUID}`);
}

export function goToTrial(trialId: string): void {
  go(`#/reader-study/${trialId}`);
}

/** The training; one of its runs; one of its cases. */
export function goToTraining(trainingId: string, run?: number, position?: number): void {
  const parts = [trainingId, run, position].filter((part) => part !== undefined);
  go(`#/training/${parts.join('/')}`);
}

export function goToWorklist(): void {
  go('#/');
}

export function goToLedger(): void {
  go('#/ledger');
}

/** Goes where a held move wanted to go. */
export const goOn = go;

/** @returns How to stop listening. */
export function listenForHeld(listener: (hash: string) => void): () => void {
  onHeld = listener;
  return () => {
    onHeld = null;
  };
}

function subscribe(listener: () => void): () => void {
  const moved = (): void => {
    const wanted = window.location.hash;
    if (wanted === shown) return;
    const free = allowed === wanted || !isGuarded();
    allowed = null;
    if (free) {
      shown = wanted;
      listener();
      return;
    }
    // What is typed stays on the screen until the guard has let it go.
    window.location.hash = shown;
    onHeld?.(wanted);
  };
  window.addEventListener('hashchange', moved);
  return () => window.removeEventListener('hashchange', moved);
}

/** The route, kept up to date. */
export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => shown));
}
