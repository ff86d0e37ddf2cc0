import { useCallback, useEffect, useRef, useState } from 'react';
import type { ClaimHow, ClaimState } from '../../electron/shared/worklist.ts';
import { api } from '../api/endpoints.ts';

export type OtherClaim = NonNullable<ClaimState['other']>;

/** How often a reader who does something is said to be still there. */
const STAY_MS = 60_000;
const ACTIVITY = ['pointermove', 'pointerdown', 'wheel', 'keydown'] as const;

interface Claiming {
  /** `taken`: another reader has it, nothing was opened. `lost`: it was ours, and was taken over. */
  readonly state: 'asking' | 'mine' | 'taken' | 'lost';
  readonly other: OtherClaim | null;
  readonly claim: (how: ClaimHow) => void;
}

/** Claims a study while its screen is open, for as long as somebody touches a key or the mouse, and lets go of it on leaving. */
export function useClaim(study: string): Claiming {
  const [state, setState] = useState<Claiming['state']>('asking');
  const [other, setOther] = useState<OtherClaim | null>(null);
  const held = useRef<string | null>(null);
  const left = useRef(false);
  const claim = useCallback(
    (how: ClaimHow) => {
      api.claim(study, how).then(
        (answer) => {
          if (left.current) {
            // The screen was left while the answer was under way.
            if (how !== 'stay' && answer.claim !== null) api.release(study, answer.claim.id);
            return;
          }
          held.current = answer.claim?.id ?? null;
          setOther(answer.other);
          setState(answer.claim === null ? (how === 'stay' ? 'lost' : 'taken') : 'mine');
        },
        () => {
          // A study that is not there, a workstation that does not answer: the opening itself says so, in better words.
          if (how !== 'stay') setState('mine');
        },
      );
    },
    [study],
  );
  useEffect(() => {
    left.current = false;
    const release = () => {
      left.current = true;
      if (held.current !== null) api.release(study, held.current);
      held.current = null;
    };
    claim('open');
    window.addEventListener('pagehide', release);
    return () => {
      window.removeEventListener('pagehide', release);
      release();
    };
  }, [claim, study]);
  useEffect(() => {
    if (state !== 'mine') return undefined;
    let active = false;
    const note = () => {
      active = true;
    };
    const stay = () => {
      if (active) claim('stay');
      active = false;
    };
    const again = () => claim('stay');
    const timer = setInterval(stay, STAY_MS);
    for (const event of ACTIVITY) window.addEventListener(event, note, { passive: true });
    window.addEventListener('focus', again);
    return () => {
      clearInterval(timer);
      for (const event of ACTIVITY) window.removeEventListener(event, note);
      window.removeEventListener('focus', again);
    };
  }, [state, claim]);
  return { state, other, claim };
}
