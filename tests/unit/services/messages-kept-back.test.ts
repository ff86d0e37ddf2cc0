import { beforeEach, describe, expect, it, test } from 'vitest';
import { notesOfMessages } from '../../../electron/services/context-messages.ts';
import { fileMessage } from '../../../electron/services/file-messages.ts';
import { readHl7 } from '../../../electron/services/read-hl7.ts';
import { giveOpinion, myTrials } from '../../../electron/services/trial-window.ts';
import { createTrial } from '../../../electron/services/trials.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { trialDesignSchema } from '../../../electron/shared/reader-study.ts';
import { temporaryStore } from '../store/parts.ts';
import { bytesOf, fileExample, JANE, JANE_BEFORE, JOERG, storePatients } from './messages-world.ts';

let store: Store;
let world: { readonly store: Store; readonly clock: { readonly now: () => string } };

beforeEach(() => {
  store = temporaryStore();
  storePatients(store);
  world = { store, clock: { now: () => '2026-11-22T00:00:00.000Z' } };
});

describe('what is kept back', () => {
  it('is not told by a remark on the version that is shown: leak', () => {
    fileExample(world, 'oru-corrected');
    const reader = store.readers.create('Ada').id;
    const before = notesOfMessages(store, JANE, reader);
    const later = Buffer.from(bytesOf('oru-corrected'))
      .toString('latin1')
      .replaceAll('20240302090000', '20261121090000')
      .replaceAll('|R-12|', '|R-99|');
    for (const message of readHl7(Buffer.from(later, 'latin1')))
      expect(fileMessage(world, message, { study: null, readerId: null }).status).toBe('filed');
    expect(notesOfMessages(store, JANE, reader)).toEqual(before);
  });

  it('is a report of a study that the reader is still to read as a case: leak', () => {
    fileExample(world, 'oru-corrected');
    const [ada = '', bo = ''] = ['Ada', 'Bo'].map((name) => store.readers.create(name).id);
    const design = trialDesignSchema.parse({
      name: 'Chest',
      seed: 1,
      washoutDays: 0,
      cases: [
        { case: 'C1', study: JANE_BEFORE, truth: 'abnormal' },
        { case: 'C2', study: JOERG, truth: 'normal' },
      ],
      readers: [{ reader: 'R1', profile: ada }],
    });
    const { id } = createTrial(world, design);
    expect(notesOfMessages(store, JANE, ada)).toEqual([]);
    expect(notesOfMessages(store, JANE, bo)).toHaveLength(1);
    for (
      let step = myTrials(world, ada)[0]?.next;
      step?.kind === 'read';
      step = myTrials(world, ada)[0]?.next
    )
      giveOpinion(world, ada, id, {
        study: step.study,
        part: step.arm === 'without-ai' ? 'alone' : step.blind === null ? 'blind' : 'last',
        opinion: { rating: 1, marks: [] },
      });
    expect(notesOfMessages(store, JANE, ada)).toHaveLength(1);
  });

  it('is a message that names more numbers than anybody gives an examination', () => {
    const many = Array.from({ length: 300 }, (_, at) => `N-${at}`).join('~');
    const text = Buffer.from(bytesOf('oru-corrected')).toString('latin1').replace('|F-070|', `|${many}|`);
    const [message] = readHl7(Buffer.from(text, 'latin1'));
    expect(message?.read).toMatchObject({ code: 'hl7-too-long' });
  });
});

test('two reports that neither a number nor MSH-10 names are both shown', () => {
  const bare = (words: string): Buffer =>
    Buffer.from(
      Buffer.from(bytesOf('oru-corrected'))
        .toString('latin1')
        .replace('|R-12|', '||')
        .replace('|P-050|F-070|', '|||')
        .replace('|ACC-050|', '||')
        .replace('Nodule of 9 mm, left, not right.', words),
      'latin1',
    );
  for (const words of ['One.', 'Two.'])
    for (const message of readHl7(bare(words))) {
      const outcome = fileMessage(world, message, { study: JANE, readerId: null });
      expect(outcome.reason).toBeNull();
    }
  const notes = notesOfMessages(store, JANE, store.readers.create('Ada').id);
  expect(notes.map(({ text }) => text).toSorted()).toEqual(['One.', 'Two.']);
});
