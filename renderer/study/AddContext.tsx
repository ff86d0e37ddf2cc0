import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import {
  type AddMessages,
  type ClinicalNote,
  CONTEXT_LIMIT,
} from '../../electron/shared/clinical-context.ts';
import { looksLikeHl7 } from '../../electron/shared/hl7.ts';
import { api } from '../api/endpoints.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { Field } from '../ui/Field.tsx';
import { sendOnce } from '../ui/once.ts';
import { contentOf } from './context-file.ts';

/** A text with what it is, before it is kept. */
interface TypedNote {
  readonly title: string;
  readonly text: string;
}
export const EMPTY_NOTE: TypedNote = { title: 'Request', text: '' };

interface AddContextProps {
  readonly study: string;
  readonly typed: TypedNote;
  readonly onTyped: (typed: TypedNote) => void;
  readonly onNotes: (notes: ClinicalNote[]) => void;
  /** Closes the form; what was typed stays. */
  readonly onLeave: () => void;
  /** It was kept, or is not wanted. */
  readonly onDone: () => void;
}

type Added = { readonly note: { title: string; text: string } } | { readonly messages: AddMessages };

/** A text that is pasted, or a file that is picked or dropped. Messages of HL7 v2 are recognised and taken as such, with their sender and date. */
export function AddContext({ study, typed, onTyped, onNotes, onLeave, onDone }: AddContextProps) {
  const { title, text } = typed;
  const chooser = useRef<HTMLInputElement>(null);
  const isMessage = looksLikeHl7(text);
  const add = useMutation({
    mutationFn: (added: Added) =>
      'note' in added ? api.addNote(study, added.note) : api.addMessages(study, added.messages),
    onSuccess: (next) => {
      onNotes(next);
      onDone();
    },
  });
  const take = useMutation({
    mutationFn: (file: File) => contentOf(file),
    onSuccess: (content) => {
      if ('base64' in content) add.mutate({ messages: { base64: content.base64 } });
      else onTyped({ title: content.name, text: content.text });
    },
  });
  const takeFirst = (files: FileList | null): void => {
    const file = files?.item(0);
    if (file !== null && file !== undefined && !add.isPending) take.mutate(file);
  };
  const tooLong = !isMessage && text.length > CONTEXT_LIMIT;
  const ready = text.trim() !== '' && (isMessage || title.trim() !== '') && !tooLong && !add.isPending;
  return (
    <form
      className="assess"
      data-takes-files
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        takeFirst(event.dataTransfer.files);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) add.mutate(isMessage ? { messages: { text } } : { note: { title, text } });
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') onLeave();
      }}
    >
      {add.isError ? <ErrorNotice what="It was not kept." error={add.error} /> : null}
      {take.isError ? <ErrorNotice what="The file was not taken." error={take.error} /> : null}
      {isMessage ? null : (
        <Field label="What it is">
          <input
            className="input"
            value={title}
            maxLength={120}
            onChange={(event) => onTyped({ title: event.target.value, text })}
          />
        </Field>
      )}
      <Field label="Request, history or prior report">
        <textarea
          className="input"
          rows={5}
          value={text}
          autoFocus
          onChange={(event) => onTyped({ title, text: event.target.value })}
        />
      </Field>
      <p className="quiet">
        {tooLong
          ? `The text holds ${String(text.length)} characters; at most ${String(CONTEXT_LIMIT)} are kept.`
          : isMessage
            ? 'An HL7 message: it is taken with its type, date and sender, if it is of this patient. Kept for you alone.'
            : 'Kept beside this study for you alone. HL7 messages are recognised.'}
      </p>
      <div className="assess__acts">
        <Button onClick={() => chooser.current?.click()}>From a file …</Button>
        <input
          ref={chooser}
          type="file"
          hidden
          aria-label="File with a request or prior report"
          onChange={(event) => {
            takeFirst(event.target.files);
            event.target.value = '';
          }}
        />
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={!ready} onClick={sendOnce}>
          Keep
        </Button>
      </div>
    </form>
  );
}
