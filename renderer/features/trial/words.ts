import type { MyTrial } from '../../../electron/shared/reader-study.ts';

/** The line of a reader study in the worklist. */
export function trialLine({ name, done, of }: Pick<MyTrial, 'name' | 'done' | 'of'>): string {
  return `Reader study: ${name}, ${done} of ${of}`;
}

/** What comes next for the reader; the day by this machine's clock. A gap is stated. */
export function nextWords(trial: MyTrial): string {
  const { gone } = trial;
  if (gone === 0) return stepWords(trial);
  return `${stepWords(trial)} ${gone === 1 ? '1 case was' : `${gone} cases were`} removed from this workstation, and ${gone === 1 ? 'is' : 'are'} passed over.`;
}

function stepWords({ next }: MyTrial): string {
  switch (next.kind) {
    case 'finished':
      return 'Finished. Thank you.';
    case 'washout':
      return `The second session begins on ${dayOf(next.until)}: the cases are to be forgotten until then.`;
    case 'read':
      return next.arm === 'with-ai'
        ? `Session ${next.session}, with AI: your own blind read first, then the AI, then your read as it stands.`
        : `Session ${next.session}, without AI.`;
  }
}

/** YYYY-MM-DD and the time, local. */
export function dayOf(instant: string): string {
  const at = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
