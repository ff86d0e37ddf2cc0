/** Clinical texts, as the services ask the store for them. */
export interface KeptNote {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly addedAt: string;
}

export interface NoteRepository {
  /** A reader's own, oldest first. */
  of(studyInstanceUID: string, readerId: string): KeptNote[];
  add(studyInstanceUID: string, readerId: string, note: KeptNote): void;
  /** Whether there was such a note of this reader. */
  remove(id: string, readerId: string): boolean;
}
