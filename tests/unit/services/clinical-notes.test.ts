import { expect, test } from 'vitest';
import { addNote, clinicalNotes, removeNote } from '../../../electron/services/clinical-notes.ts';
import { loadReportWords } from '../../../electron/services/report-words.ts';
import { Refused } from '../../../electron/shared/errors.ts';
import { readingWorld, STUDY } from './reading-world.ts';

const words = loadReportWords('resources');

test('gives what the files say and what this reader pasted, with what it speaks of', async () => {
  const world = Object.assign(
    readingWorld([
      { tag: '00321030', vr: 'LO', value: 'Cough and fever, ?pneumonia' },
      { tag: '001021B0', vr: 'LT', value: 'PMH: asthma. Mother had tuberculosis.' },
    ]),
    { words: () => words },
  );
  const reader = world.reader.id;
  addNote(world, STUDY, reader, {
    title: 'Prior report of 2024',
    text: 'No pleural effusion. Pacemaker in place.',
  });
  const notes = await clinicalNotes(world, STUDY, reader);
  expect(notes.map(({ source, title }) => [source, title])).toEqual([
    ['file', 'Reason for study'],
    ['file', 'Additional patient history'],
    ['pasted', 'Prior report of 2024'],
  ]);
  const said = notes.flatMap(({ text, entities }) =>
    entities.map(({ type, start, end, negated, uncertain, historical, family }) => [
      type,
      text.slice(start, end),
      [negated && 'denied', uncertain && 'doubted', historical && 'past', family && 'family']
        .filter(Boolean)
        .join(),
    ]),
  );
  expect(said).toEqual([
    ['disease', 'Cough', ''],
    ['disease', 'fever', ''],
    ['disease', 'pneumonia', 'doubted'],
    ['disease', 'asthma', 'past'],
    ['disease', 'tuberculosis', expect.stringContaining('family')],
    ['finding', 'pleural effusion', 'denied'],
    ['device', 'Pacemaker', ''],
  ]);
  expect(world.store.audit.list(1, 0)[0]).toMatchObject({ action: 'add-note', detail: { characters: 40 } });
});

test("another reader sees the files' words alone, and removes nothing of anybody else", async () => {
  const world = Object.assign(readingWorld(), { words: () => words });
  const reader = world.reader.id;
  addNote(world, STUDY, reader, { title: 'Note', text: 'I think it is tuberculosis.' });
  const other = world.store.readers.create('Bo').id;
  expect(await clinicalNotes(world, STUDY, other)).toEqual([]);
  const id = (await clinicalNotes(world, STUDY, reader))[0]?.id ?? '';
  expect(() => removeNote(world, STUDY, other, id)).toThrow(Refused);
  removeNote(world, STUDY, reader, id);
  expect(await clinicalNotes(world, STUDY, reader)).toEqual([]);
});
