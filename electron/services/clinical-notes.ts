import { randomUUID } from 'node:crypto';
import { openFileSource } from '../dicom/file-source.ts';
import { type ClinicalText, readClinicalTexts } from '../dicom/read-clinical.ts';
import { readContext } from '../domain/report-text/clinical-context.ts';
import type { Lexicon } from '../domain/report-text/lexicon.ts';
import type { AddNote, ClinicalNote } from '../shared/clinical-context.ts';
import { Refused, toOverreadError } from '../shared/errors.ts';
import { looksLikeHl7 } from '../shared/hl7.ts';
import type { Clock, Store } from '../shared/ports.ts';
import { notesOfMessages, pasteMessages } from './context-messages.ts';

export interface NoteParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly words: () => Lexicon;
}

/** A header lies at the front, but a parser needs the whole file: beyond this it is not read for its few words. */
const LARGEST = 64 * 1024 * 1024;

/**
 * The clinical texts of a study with what is recognised in them: those in its files, orders and reports of messages, and those that this reader
 * pasted. Nothing of it comes from a model of images, and nothing from what is withheld from this reader, so it is shown in every mode.
 *
 * @throws Refused `study-unknown`.
 */
export async function clinicalNotes(
  parts: NoteParts,
  studyInstanceUID: string,
  readerId: string,
): Promise<ClinicalNote[]> {
  const { store } = parts;
  const fromFile = await textsOfFile(store, studyInstanceUID, readerId);
  const own = store.notes.of(studyInstanceUID, readerId);
  const messages = notesOfMessages(store, studyInstanceUID, readerId);
  if (fromFile.length + own.length + messages.length === 0) return [];
  const lexicon = parts.words();
  return [
    ...fromFile.map(({ title, text }, index) => ({
      id: `file-${String(index)}`,
      source: 'file' as const,
      title,
      text,
      addedAt: null,
      removable: false,
      entities: readContext(text, lexicon),
    })),
    ...messages.map((note) => ({ ...note, entities: readContext(note.text, lexicon) })),
    ...own.map((note) => ({
      ...note,
      source: 'pasted' as const,
      removable: true,
      entities: readContext(note.text, lexicon),
    })),
  ];
}

/** Keeps a pasted text beside the study, for this reader alone; audited without its words. A text that is a message is taken as one. */
export function addNote(parts: NoteParts, studyInstanceUID: string, readerId: string, note: AddNote): void {
  if (looksLikeHl7(note.text)) {
    pasteMessages(parts, studyInstanceUID, readerId, { text: note.text });
    return;
  }
  const { store, clock } = parts;
  store.transaction(() => {
    store.studies.detail(studyInstanceUID, readerId);
    const id = randomUUID();
    store.notes.add(studyInstanceUID, readerId, {
      id,
      title: note.title.trim(),
      text: note.text.trim(),
      addedAt: clock.now(),
    });
    store.audit.append({
      actor: readerId,
      action: 'add-note',
      studyInstanceUID,
      detail: { noteId: id, characters: note.text.trim().length },
    });
  });
}

/** @throws Refused `note-unknown`. */
export function removeNote(
  { store }: NoteParts,
  studyInstanceUID: string,
  readerId: string,
  noteId: string,
): void {
  store.transaction(() => {
    if (!store.notes.remove(noteId, readerId) && !store.messages.removePasted(noteId, readerId))
      throw new Refused('note-unknown', 'There is no such note of yours beside this study.');
    store.audit.append({ actor: readerId, action: 'remove-note', studyInstanceUID, detail: { noteId } });
  });
}

async function textsOfFile(
  store: Store,
  studyInstanceUID: string,
  readerId: string,
): Promise<ClinicalText[]> {
  // What this reader may see: objects that are withheld are not in it.
  const detail = store.studies.detail(studyInstanceUID, readerId);
  const first = detail.seriesList.flatMap(({ instances }) => instances).find(({ image }) => image !== null);
  if (first === undefined) return [];
  try {
    const source = await openFileSource(store.studies.instance(first.sopInstanceUID).location.path);
    try {
      return source.size > LARGEST ? [] : readClinicalTexts(await source.readAll());
    } finally {
      await source.close();
    }
  } catch (thrown) {
    // A file that is gone is told where its image is asked for; here it only has no words.
    if (toOverreadError(thrown).type === 'refused') return [];
    throw thrown;
  }
}
