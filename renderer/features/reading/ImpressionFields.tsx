import type { RefObject } from 'react';
import type { ReadContent } from '../../../electron/shared/read.ts';

interface ImpressionFieldsProps {
  readonly content: ReadContent;
  readonly onContent: (change: (now: ReadContent) => ReadContent) => void;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/**
 * What the read comes to. It stays in sight above the commit, however long the findings and the checklist are: it is what goes to whoever asked,
 * and the commit is refused without it. It grows with its words, and scrolls in itself before it takes the list's room.
 */
export function ImpressionFields({ content, onContent, field }: ImpressionFieldsProps) {
  return (
    <section className="panel__section impression-fields" aria-label="What it means">
      <div className="panel__head">
        <label htmlFor="impression">Impression</label>
        <kbd>M</kbd>
      </div>
      <textarea
        id="impression"
        ref={field}
        className="input"
        rows={2}
        value={content.impression}
        maxLength={20000}
        onChange={(event) => {
          const impression = event.target.value;
          onContent((now) => ({ ...now, impression }));
        }}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={content.noAbnormalFinding}
          disabled={content.findings.length > 0}
          onChange={(event) => {
            const noAbnormalFinding = event.target.checked;
            onContent((now) => ({ ...now, noAbnormalFinding }));
          }}
        />
        No abnormal finding
      </label>
    </section>
  );
}
