import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/Button.tsx';

interface WordsForReportProps {
  readonly words: string;
  /** Null where the read is locked. */
  readonly onInsert: ((words: string) => void) | null;
  readonly children?: ReactNode;
}

/** Words that go into the impression or to the clipboard. */
export function WordsForReport({ words, onInsert, children }: WordsForReportProps) {
  const [done, setDone] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(words);
      setDone('Copied.');
    } catch {
      setDone('This window may not copy: select the words and press Ctrl + C.');
    }
  };
  return (
    <div className="lesion__report">
      <p className="lesion__words">{words}</p>
      <div className="lesion__acts">
        {onInsert === null ? null : (
          <Button
            onClick={() => {
              onInsert(words);
              setDone('Added to the impression.');
            }}
          >
            Add to the impression
          </Button>
        )}
        <Button onClick={() => void copy()}>Copy for the report</Button>
        {children}
        <span role="status">{done}</span>
      </div>
    </div>
  );
}
