import type { ConsensusLine, Settlement } from '../../../electron/shared/consensus.ts';
import { needsSettlement } from '../../../electron/shared/consensus-choices.ts';
import {
  type FrameRef,
  type ModifiedFinding,
  type Read,
  type ReaderFinding,
  statedFinding,
} from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { SettleLine, TITLES } from './SettleLine.tsx';

/** What was settled so far; kept while the editor is closed. */
export interface ConsensusDraft {
  readonly id: string;
  readonly settlements: Readonly<Record<string, Settlement>>;
  readonly words: string;
}

export const emptyDraft = (): ConsensusDraft => ({ id: crypto.randomUUID(), settlements: {}, words: '' });

interface ConsensusEditorProps {
  readonly mine: Read;
  readonly other: Read;
  readonly mineIsFirst: boolean;
  readonly lines: readonly ConsensusLine[];
  readonly draft: ConsensusDraft;
  readonly terms: readonly string[];
  readonly saving: boolean;
  readonly onDraft: (draft: ConsensusDraft) => void;
  readonly onPropose: (settlements: readonly Settlement[], words: string) => void;
  readonly onNone: (words: string) => void;
  readonly onPlace: (at: FrameRef) => void;
  readonly onClose: () => void;
}

/** Every difference of two reads, to be settled one by one, and signed as a proposal; or the statement that there is no consensus. */
export function ConsensusEditor(props: ConsensusEditorProps) {
  const { mine, other, mineIsFirst, lines, draft, saving, onDraft } = props;
  const [first, second] = mineIsFirst ? [mine, other] : [other, mine];
  const called = (read: Read): string => (read.id === mine.id ? 'You' : read.readerName);
  const names = { first: called(first), second: called(second) };
  const open = lines.filter(needsSettlement);
  const settled = open.filter(({ id }) => isWhole(draft.settlements[id]));
  const same = lines.filter(
    (line) => !needsSettlement(line) && (line.kind === 'finding' || line.first !== ''),
  );
  const findingsOf = (line: ConsensusLine): (ReaderFinding | undefined)[] =>
    line.kind === 'text'
      ? []
      : [
          first.content.findings.find(({ id }) => id === line.first),
          second.content.findings.find(({ id }) => id === line.second),
        ];
  const ready = settled.length === open.length && !saving;
  const propose = () => {
    if (ready)
      props.onPropose(
        open.flatMap(({ id }) => draft.settlements[id] ?? []),
        draft.words,
      );
  };
  return (
    <div
      className="consensus-editor"
      role="group"
      aria-label={`Consensus with ${other.readerName}`}
      onKeyDown={(event) => {
        // The comparison's own letters must not act while lines are settled.
        event.stopPropagation();
        if (event.key === 'Escape') props.onClose();
        else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          propose();
        }
      }}
    >
      <p className="quiet" role="status">
        {open.length === 0
          ? 'The two reads do not differ.'
          : `${settled.length} of ${open.length} differences settled`}
      </p>
      {open.map((line) => (
        <SettleLine
          key={line.id}
          line={line}
          names={names}
          settlement={draft.settlements[line.id]}
          start={startOf(findingsOf(line).find((finding) => finding !== undefined))}
          terms={props.terms}
          onSettle={(settlement) =>
            onDraft({ ...draft, settlements: { ...draft.settlements, [line.id]: settlement } })
          }
          onFocus={() => {
            const at = findingsOf(line).find((finding) => finding !== undefined);
            if (at !== undefined) props.onPlace(at);
          }}
        />
      ))}
      {same.length === 0 ? null : (
        <ul className="consensus-editor__same" aria-label="Nothing to settle">
          {same.map((line) => (
            <li key={line.id}>
              <span className="item__kind">both</span>{' '}
              {line.kind === 'text' ? `${TITLES[line.id]}: ${line.first}` : line.firstWords}
            </li>
          ))}
        </ul>
      )}
      <Field label="Words to the whole; with ‘no consensus’ the reasons">
        <textarea
          className="input"
          rows={2}
          maxLength={4000}
          value={draft.words}
          onChange={({ target }) => onDraft({ ...draft, words: target.value })}
        />
      </Field>
      <p className="quiet">
        It is signed with your key, {mine.readerName}, and waits for {other.readerName}, who signs under their
        own profile. Both committed reads stay as they are.
      </p>
      <div className="assess__acts consensus-editor__acts">
        <Button onClick={props.onClose}>Later</Button>
        <Button disabled={draft.words.trim() === '' || saving} onClick={() => props.onNone(draft.words)}>
          No consensus
        </Button>
        <Button tone="primary" disabled={!ready} onClick={propose}>
          Sign and propose
        </Button>
      </div>
    </div>
  );
}

/** A changed line needs its words. */
function isWhole(settlement: Settlement | undefined): boolean {
  if (settlement === undefined) return false;
  return (
    settlement.choice !== 'changed' ||
    settlement.finding === undefined ||
    settlement.finding.label.trim() !== ''
  );
}

function startOf(finding: ReaderFinding | undefined): ModifiedFinding | null {
  return finding === undefined ? null : statedFinding(finding);
}
