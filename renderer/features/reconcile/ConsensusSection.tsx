import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Consensus } from '../../../electron/shared/consensus.ts';
import type { FrameRef, Read } from '../../../electron/shared/read.ts';
import { api } from '../../api/endpoints.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { ConsensusCard } from './ConsensusCard.tsx';
import { type ConsensusDraft, ConsensusEditor, emptyDraft } from './ConsensusEditor.tsx';
import { otherReadOf, useConsensus } from './use-consensus.ts';

interface ConsensusSectionProps {
  readonly read: Read;
  readonly terms: readonly string[];
  /** The other read whose marks lie there now. */
  readonly beside: Read | null;
  /** The other read whose marks lie beside one's own while differences are settled; null: none. */
  readonly onBeside: (other: Read | null) => void;
  readonly onPlace: (at: FrameRef) => void;
}

/** What this reader and another who has committed hold together: proposals, signatures, and the differences to settle. */
export function ConsensusSection(props: ConsensusSectionProps) {
  const { read, terms, beside, onBeside, onPlace } = props;
  const { studyInstanceUID: uid, readerId, readerName } = read;
  const { view, propose, answer } = useConsensus(uid, readerId);
  const others = useQuery({ queryKey: ['other-reads', uid, readerId], queryFn: () => api.otherReads(uid) });
  const [editing, setEditing] = useState<string | null>(null);
  const [drafts, setDrafts] = useState<Readonly<Record<string, ConsensusDraft>>>({});
  const all = view?.beside ?? [];
  const readOf = (id: string): Read | undefined => others.data?.find((one) => one.read.id === id)?.read;
  // Its key may be pressed before the other's read is here: the editor opens with it.
  const edited = editing === null ? undefined : readOf(editing);
  const edit = (readId: string | null) => {
    setEditing(readId);
    if (readId === null) onBeside(null);
    else setDrafts((now) => ({ ...now, [readId]: now[readId] ?? emptyDraft() }));
    // Asked for again, the other's marks and the keyboard come back to it.
    if (readId === null || readId !== editing) return;
    if (edited !== undefined) onBeside(edited);
    focusEditor();
  };
  const opened = useRef<string | null>(null);
  useEffect(() => {
    // Once for each: an addendum that comes in meanwhile takes the keyboard from nobody, and lays nothing beside that was put away.
    if (opened.current === (edited?.id ?? null)) return;
    opened.current = edited?.id ?? null;
    if (edited === undefined) return;
    onBeside(edited);
    if (!isWriting()) focusEditor();
  }, [edited, onBeside]);
  const firstOther = all[0]?.readId;
  useShortcuts(
    'Other readers',
    firstOther === undefined
      ? []
      : [{ keys: ['c'], words: 'Consensus with another reader …', act: () => edit(firstOther) }],
  );
  if (view === undefined || (all.length === 0 && view.records.length === 0)) return null;
  const newestWith = (readId: string): Consensus | undefined =>
    view.records.findLast(
      ({ first, second }) =>
        (first.readId === readId || second.readId === readId) &&
        (first.readerId === readerId || second.readerId === readerId),
    );
  const error = propose.error ?? answer.error;
  return (
    <section className="panel__section" aria-label="Consensus">
      <h3>Consensus</h3>
      {error === null ? null : <ErrorNotice what="Nothing was signed." error={error} />}
      {view.records.map((record) => (
        <ConsensusCard
          key={record.id}
          record={record}
          readerId={readerId}
          readerName={readerName}
          saving={answer.isPending}
          onAnswer={(answered, done) => answer.mutate({ id: record.id, answered }, { onSuccess: done })}
          beside={beside !== null && beside === readOf(otherReadOf(record, readerId))}
          onBeside={(shown) => onBeside(shown ? (readOf(otherReadOf(record, readerId)) ?? null) : null)}
          onCounter={() => edit(otherReadOf(record, readerId))}
        />
      ))}
      {all.map((one) => {
        const other = readOf(one.readId);
        const newest = newestWith(one.readId);
        const draft = drafts[one.readId];
        if (editing !== one.readId || other === undefined || draft === undefined) {
          if (newest?.state === 'proposed') return null;
          return (
            <div key={one.readId} className="referral-form__acts">
              <Button disabled={other === undefined} onClick={() => edit(one.readId)}>
                {newest === undefined ? 'Consensus' : 'Another consensus'} with {one.readerName} …
              </Button>
            </div>
          );
        }
        const asked = { id: draft.id, readId: one.readId, previousId: newest?.id ?? null };
        const done = () => {
          setDrafts(({ [one.readId]: _sent, ...kept }) => kept);
          edit(null);
        };
        return (
          <ConsensusEditor
            key={one.readId}
            mine={read}
            other={other}
            mineIsFirst={one.mineIsFirst}
            lines={one.lines}
            draft={draft}
            terms={terms}
            saving={propose.isPending}
            onDraft={(changed) => setDrafts((now) => ({ ...now, [one.readId]: changed }))}
            onPropose={(settlements, words) =>
              propose.mutate(
                { kind: 'proposal', ...asked, settlements: [...settlements], words },
                { onSuccess: done },
              )
            }
            onNone={(words) => propose.mutate({ kind: 'none', ...asked, words }, { onSuccess: done })}
            onPlace={onPlace}
            onClose={() => edit(null)}
          />
        );
      })}
    </section>
  );
}

/** Whether the keyboard is in a field. */
const isWriting = (): boolean => document.activeElement?.matches('input, textarea, select') ?? false;

function focusEditor(): void {
  const editor = document.querySelector<HTMLElement>('.consensus-editor');
  editor?.scrollIntoView({ block: 'nearest' });
  editor?.querySelector<HTMLElement>('input, textarea')?.focus();
}
