import { useSyncExternalStore } from 'react';

/** Where the window is; kept in the hash, so that a reload comes back here. */
export type Route =
  | { readonly screen: 'worklist' }
  | { readonly screen: 'study'; readonly studyInstanceUID: string };

/** '#/study/1.2.3' → the study; everything else → the worklist. */
export function parseRoute(hash: string): Route {
  const match = /^#\/study\/([0-9.]{1,64})$/.exec(hash);
  return match?.[1] === undefined ? { screen: 'worklist' } : { screen: 'study', studyInstanceUID: match[1] };
}

export function goToStudy(studyInstanceUID: string): void {
  window.location.hash = `#/study/${studyInstanceUID}`;
}

export function goToWorklist(): void {
  window.location.hash = '#/';
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** The route, kept up to date. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return parseRoute(hash);
}
