import { useEffect, useRef } from 'react';
import type { Place } from './places.ts';

interface SectionFieldProps {
  readonly id: string;
  readonly heading: string;
  readonly text: string;
  readonly readOnly: boolean;
  readonly places: readonly Place[];
  /** Words to select and bring into sight; anew for each number. */
  readonly focus: { readonly place: Place; readonly number: number } | null;
  readonly onText: (text: string) => void;
}

/** One section: a field that grows with its words; those that the check objects to are underlined behind them. */
export function SectionField({ id, heading, text, readOnly, places, focus, onText }: SectionFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = field.current;
    if (element === null || focus === null) return;
    element.focus();
    element.setSelectionRange(focus.place.start, focus.place.end);
    element.scrollIntoView({ block: 'nearest' });
  }, [focus]);
  return (
    <div className="report-section">
      <label htmlFor={id}>{heading}</label>
      <div className="report-section__field" data-words={`${text}\n`}>
        <div ref={marks} className="report-section__marks" aria-hidden>
          {pieces(text, places).map(({ words, marked, at }) =>
            marked ? <mark key={at}>{words}</mark> : <span key={at}>{words}</span>,
          )}
        </div>
        <textarea
          id={id}
          ref={field}
          className="input"
          value={text}
          readOnly={readOnly}
          maxLength={20000}
          rows={1}
          spellCheck
          onChange={(event) => onText(event.target.value)}
        />
      </div>
    </div>
  );
}

function pieces(text: string, places: readonly Place[]): { words: string; marked: boolean; at: number }[] {
  const found: { words: string; marked: boolean; at: number }[] = [];
  let at = 0;
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    if (start > at) found.push({ words: text.slice(at, start), marked: false, at });
    found.push({ words: text.slice(start, end), marked: true, at: start });
    at = end;
  }
  found.push({ words: `${text.slice(at)}\n`, marked: false, at });
  return found;
}
