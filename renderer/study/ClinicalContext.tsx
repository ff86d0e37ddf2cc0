import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClinicalNote, ContextEntity } from '../../electron/shared/clinical-context.ts';
import { api } from '../api/endpoints.ts';
import { keys } from '../api/keys.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { AddContext, EMPTY_NOTE } from './AddContext.tsx';

const TYPES: Readonly<Record<ContextEntity['type'], string>> = {
  disease: 'disease or complaint',
  finding: 'finding',
  anatomy: 'part of the body',
  procedure: 'procedure',
  device: 'device',
  medication: 'medication',
};

/** What is said of an entity: each has a sign of its own beside its underline, so that no colour is needed. */
function saidOf({ negated, uncertain, historical, family }: ContextEntity): { sign: string; words: string } {
  if (family) return { sign: 'fam', words: 'of a relative' };
  if (negated) return { sign: 'no', words: 'denied' };
  if (uncertain) return { sign: '?', words: 'doubted' };
  return historical ? { sign: 'past', words: 'of the past' } : { sign: '', words: '' };
}

/** The request, the history, messages of the hospital and what the reader pasted, with what they speak of. It is not of any AI about the image: shown in every mode. */
export function ClinicalContext({ study }: { readonly study: string }) {
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  /** What was typed and not kept: Escape leaves the form, and loses nothing. */
  const [typed, setTyped] = useState(EMPTY_NOTE);
  const notes = useQuery({ queryKey: keys.context(study), queryFn: () => api.context(study) });
  const onNotes = (next: ClinicalNote[]): void => {
    queries.setQueryData(keys.context(study), next);
  };
  const remove = useMutation({ mutationFn: (id: string) => api.removeNote(study, id), onSuccess: onNotes });
  const found = notes.data ?? [];
  return (
    <section className="panel__section" aria-label="Clinical context">
      <div className="panel__head">
        <h3>Clinical context</h3>
        {adding ? null : <Button onClick={() => setAdding(true)}>Add …</Button>}
      </div>
      {notes.isError ? (
        <ErrorNotice what="The clinical context could not be read." error={notes.error} />
      ) : null}
      {remove.isError ? <ErrorNotice what="The note was not removed." error={remove.error} /> : null}
      {found.length === 0 && !adding && notes.isSuccess ? (
        <p className="quiet">Nothing in the files. Add a request or a prior report.</p>
      ) : null}
      {found.map((note) => (
        <article key={note.id} className="context-note">
          <div className="panel__head">
            <h4>{note.title}</h4>
            {note.removable ? (
              <Button tone="plain" aria-label={`Remove ${note.title}`} onClick={() => remove.mutate(note.id)}>
                Remove
              </Button>
            ) : note.source === 'file' ? (
              <span className="quiet">from the file</span>
            ) : null}
          </div>
          {note.from === undefined ? null : <p className="quiet">{note.from}</p>}
          <p className="context-note__text">
            <Marked text={note.text} entities={note.entities} />
          </p>
          {(note.remarks ?? []).map((remark) => (
            <p key={remark} className="quiet">
              {remark}
            </p>
          ))}
        </article>
      ))}
      {adding ? (
        <AddContext
          study={study}
          typed={typed}
          onTyped={setTyped}
          onNotes={onNotes}
          onLeave={() => setAdding(false)}
          onDone={() => {
            setTyped(EMPTY_NOTE);
            setAdding(false);
          }}
        />
      ) : null}
    </section>
  );
}

function Marked({ text, entities }: { readonly text: string; readonly entities: readonly ContextEntity[] }) {
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const entity of entities) {
    if (entity.start < at) continue;
    const { sign, words } = saidOf(entity);
    parts.push(text.slice(at, entity.start));
    parts.push(
      <span
        key={entity.start}
        className={`context-entity context-entity--${entity.type}`}
        data-said={sign}
        title={words === '' ? TYPES[entity.type] : `${TYPES[entity.type]}, ${words}`}
      >
        {text.slice(entity.start, entity.end)}
        {sign === '' ? null : <sup className="context-entity__sign">{sign}</sup>}
      </span>,
    );
    at = entity.end;
  }
  return [...parts, text.slice(at)];
}
