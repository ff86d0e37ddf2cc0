import { readdirSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { notesOfMessages, titleOf } from '../../../electron/services/context-messages.ts';
import { fileMessage } from '../../../electron/services/file-messages.ts';
import { listMessages } from '../../../electron/services/list-messages.ts';
import { readHl7 } from '../../../electron/services/read-hl7.ts';
import { OverreadError } from '../../../electron/shared/errors.ts';
import type { FiledWith } from '../../../electron/shared/hl7.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { temporaryStore } from '../store/parts.ts';
import { bytesOf, fileExample, JANE, JANE_BEFORE, JOERG, MESSAGES, storePatients } from './messages-world.ts';

type Filed = readonly (readonly [study: string, as: FiledWith['as'], matchedBy: string])[];
type Expected = Filed | string;

const prior = (by = 'PID-3'): Filed => [
  [JANE, 'prior-report', by],
  [JANE_BEFORE, 'prior-report', by],
];
const before: Filed = [
  [JANE_BEFORE, 'own-report', 'OBR-18, PID-3'],
  [JANE, 'prior-report', 'PID-3'],
];
const joerg: Filed = [[JOERG, 'prior-report', 'PID-3']];
const order = (by: string): Filed => [[JANE, 'indication', by]];

/** What becomes of each message of each example: the studies with which it is filed, or the code by which it is refused. */
const EXAMPLES: Readonly<Record<string, readonly Expected[]>> = {
  adt: ['hl7-type'],
  'bad-delimiters': ['hl7-delimiters'],
  batch: [prior(), prior(), 'hl7-type'],
  'batch-short': [prior(), 'hl7-truncated'],
  'broken-line': ['hl7-segment'],
  'continued-field': [prior()],
  'line-feed-in-text': [prior()],
  'mdm-t02': [prior()],
  'mdm-t02-obsolete': ['hl7-cancelled'],
  mllp: [prior(), prior()],
  'mllp-cut-off': [prior(), 'hl7-truncated'],
  'no-header': ['hl7-no-header'],
  'not-hl7': ['hl7-no-header'],
  nul: ['hl7-control-character'],
  'omg-diagnoses': [order('OBR-18, PID-3')],
  'omi-ipc': [order('IPC-3, PID-3')],
  'orm-cancelled': ['hl7-cancelled'],
  'orm-old-notes': [order('OBR-3, PID-2')],
  'orm-other-delimiters': [order('OBR-18, PID-3')],
  'orm-simple': [order('OBR-18, PID-3')],
  'orm-training': [order('OBR-18, PID-3')],
  'orm-two-orders': ['hl7-no-exam'],
  'orm-unknown-exam': ['hl7-no-exam'],
  'orm-with-result': [order('OBR-18, PID-3')],
  'orm-zds': [order('ZDS-1, PID-3')],
  'oru-addendum-later': [before],
  'oru-br': [prior()],
  'oru-coded': [prior()],
  'oru-corrected': [before],
  'oru-data-as-text': ['hl7-encapsulated'],
  'oru-escapes': [prior()],
  'oru-final': [before],
  'oru-id-alone': ['hl7-patient-uncertain'],
  'oru-later-exam': ['hl7-later'],
  'oru-latin1': [joerg],
  'oru-latin1-not-named': ['hl7-character-set'],
  'oru-lines': [before],
  'oru-linked-exams': [
    [
      [JANE, 'own-report', 'OBR-18, PID-3'],
      [JANE_BEFORE, 'own-report', 'OBR-18, PID-3'],
    ],
  ],
  'oru-no-patient': ['hl7-no-patient'],
  'oru-no-result': ['hl7-no-result'],
  'oru-nobody-here': ['hl7-no-study'],
  'oru-number-elsewhere': [prior()],
  'oru-order-cancelled': ['hl7-cancelled'],
  'oru-other-authority': ['hl7-other-patient'],
  'oru-other-birth-date': ['hl7-patient-contradiction'],
  'oru-other-name': ['hl7-patient-contradiction'],
  'oru-own': [[[JANE, 'own-report', 'OBR-18, PID-3']]],
  'oru-own-by-uid': [[[JANE, 'own-report', 'OBX-5, PID-3']]],
  'oru-own-early-date': [[[JANE, 'own-report', 'OBR-18, PID-3']]],
  'oru-own-in-small-letters': [[[JANE, 'own-report', 'OBR-18, PID-3']]],
  'oru-pdf': ['hl7-encapsulated'],
  'oru-preliminary': [before],
  'oru-repeats': [prior()],
  'oru-rtf': ['hl7-encapsulated'],
  'oru-same-day': [[[JANE, 'prior-report', 'PID-3']]],
  'oru-sections': [prior()],
  'oru-several-ids': [prior()],
  'oru-status-not-stated': [prior()],
  'oru-status-unknown': ['hl7-status'],
  'oru-text-and-pdf': [prior()],
  'oru-text-before-request': ['hl7-segment'],
  'oru-two-patients': ['hl7-several-patients'],
  'oru-undated': [prior()],
  'oru-unknown-set': ['hl7-character-set'],
  'oru-utf8': [joerg],
  'oru-utf8-not-named': [joerg],
  'oru-wrong': ['hl7-cancelled'],
  'oru-wrong-patient': ['hl7-other-patient'],
};

let store: Store;
let world: Parameters<typeof fileExample>[0];

beforeEach(() => {
  store = temporaryStore();
  storePatients(store);
  world = { store, clock: { now: () => '2026-11-22T00:00:00.000Z' } };
});

const bySame = ([a]: Filed[number], [b]: Filed[number]): number => (a < b ? -1 : a > b ? 1 : 0);
const textsOf = (study = JANE): string[] =>
  listMessages(store, study)
    .filter(({ shown }) => shown !== 'replaced')
    .map(({ content }) => content.text);

describe('an example message', () => {
  it('of every kind is named here', () => {
    const names = readdirSync(MESSAGES).map((name) => name.replace('.hl7', ''));
    expect(names.filter((name) => name !== 'empty').toSorted()).toEqual(Object.keys(EXAMPLES).toSorted());
    expect(names.length).toBeGreaterThan(25);
  });

  it.each(Object.entries(EXAMPLES))(
    '%s is filed with its studies, or refused with its reason',
    (name, expected) => {
      const outcomes = fileExample(world, name);
      const said = outcomes.map(({ status, code, studies }): Expected => {
        if (status === 'refused') return code ?? '';
        return studies
          .map(({ studyInstanceUID, as, matchedBy }) => [studyInstanceUID, as, matchedBy] as const)
          .toSorted(bySame);
      });
      expect(said).toEqual(
        expected.map((one) => (typeof one === 'string' ? one : [...one].toSorted(bySame))),
      );
      for (const { status, reason } of outcomes) {
        expect(reason === null).toBe(status !== 'refused');
        // A reason names fields; it never repeats whose they are.
        expect(reason ?? '').not.toMatch(/DOE|JANE|SMITH|ROE|0012345|9999|19720/);
      }
      // The same again changes nothing.
      const again = fileExample(world, name);
      expect(again.map(({ status }) => status)).toEqual(
        outcomes.map(({ status }) => (status === 'filed' ? 'duplicate' : status)),
      );
      expect(store.audit.mismatches()).toEqual([]);
    },
  );

  it('of nothing is refused', () => {
    expect(() => readHl7(bytesOf('empty'))).toThrow(OverreadError);
  });
});

describe('what is kept of a message', () => {
  it.each([
    [
      'omg-diagnoses',
      'Reason for study: Cough; Fever\nRelevant clinical information: Lung nodule\nDiagnosis: Breast cancer\nDiagnosis: Chronic obstructive pulmonary disease\nNote: Interpreter needed.\nPregnancy status: Pregnant\neGFR: 58 mL/min\nAllergy: Iodinated contrast (severe, Rash; Dyspnoea)',
    ],
    [
      'orm-old-notes',
      'Note: 54 y, smoker, haemoptysis.\nNote: Rule out tuberculosis.\nContact of a known case.',
    ],
    ['orm-other-delimiters', 'Relevant clinical information: Weight 70 kg + 1|2 ^ 3 ~ 4'],
    ['oru-lines', 'CT OF THE CHEST\n\nNodule of 6 mm in the right upper lobe.\nNo pleural effusion.'],
    ['oru-br', 'FINDINGS:\nLungs clear.\n\nIMPRESSION:\nNo acute disease.'],
    ['oru-repeats', 'Lungs clear.\nHeart not enlarged.\n\nIMPRESSION: Normal.'],
    [
      'oru-sections',
      'Mass of 3 cm in the left lower lobe.\nEnlarged hilar nodes.\n\nIMPRESSION:\nSuspicious of malignancy.\n\nRECOMMENDATION:\nBiopsy advised.',
    ],
    ['oru-escapes', 'NODULE 5 & 6 mm, ratio 1|2, a^b, x~y, \\, AB, 3 x 4\n\nEND'],
    ['oru-coded', 'Finding:\nLung nodule\nPleural effusion\n\nComment:\nUnchanged.\n\nSize:\n6 mm'],
    ['oru-text-and-pdf', 'Lungs clear.'],
    ['line-feed-in-text', 'Lungs clear.\n\nIMPRESSION:\nNormal.'],
    ['continued-field', 'The first half, and the second half.'],
  ])('%s: its text', (name, text) => {
    fileExample(world, name);
    expect(textsOf()).toEqual([text]);
  });

  it('is in the letters of its character set', () => {
    for (const name of ['oru-latin1', 'oru-utf8', 'oru-utf8-not-named']) fileExample(world, name);
    expect(textsOf(JOERG)).toEqual([
      'Rundherd rechts, 6 mm Ø. Kein Erguß.',
      'Nodule ≥ 6 mm, 5 µm slices.',
      'Größe 6 mm.',
    ]);
  });

  it('tells of what is left out: documents, training, a set that is not named', () => {
    expect(fileExample(world, 'oru-text-and-pdf')[0]?.notes).toEqual([
      'OBX 2 holds an encapsulated document (ED: pdf, Base64), which is not read: only text is.',
    ]);
    expect(fileExample(world, 'orm-training')[0]?.notes).toEqual(['MSH-11 calls it a message for training.']);
    expect(fileExample(world, 'oru-utf8-not-named')[0]?.notes).toEqual([
      'The message names no character set; it was read as UTF-8.',
    ]);
  });

  it('of two orders is filed for the one that is here, and the other is told', () => {
    const [outcome] = fileExample(world, 'orm-two-orders');
    expect(outcome).toMatchObject({
      status: 'refused',
      studies: [{ studyInstanceUID: JANE, as: 'indication' }],
      reason: expect.stringMatching(/^One of 2 examinations of the message: /),
    });
  });
});

describe('versions of a report', () => {
  const shown = (): string[] =>
    listMessages(store, JANE).map(({ shown: when, content }) => `${when}: ${titleOf(content)}`);

  it('are all kept, and the newest is shown, in whichever order they come', () => {
    for (const name of ['oru-corrected', 'oru-preliminary', 'oru-final']) fileExample(world, name);
    expect(shown()).toEqual([
      'always: Report of 2024-03-01: CT chest (corrected)',
      'replaced: Report of 2024-03-01: CT chest (preliminary)',
      'replaced: Report of 2024-03-01: CT chest (final)',
    ]);
    const reader = store.readers.create('Ada').id;
    expect(notesOfMessages(store, JANE, reader)).toMatchObject([
      {
        text: 'Nodule of 9 mm, left, not right.',
        remarks: ['It replaces an earlier version, which is kept.'],
      },
    ]);
  });

  it('that the sender takes back are not shown any more, and that is said', () => {
    fileExample(world, 'oru-final');
    expect(fileExample(world, 'oru-wrong')[0]?.status).toBe('filed');
    const reader = store.readers.create('Ada').id;
    const notes = notesOfMessages(store, JANE, reader);
    expect(notes).toMatchObject([{ title: 'Report of 2024-03-01: CT chest (withdrawn)' }]);
    expect(JSON.stringify(notes)).not.toContain('Nodule');
  });

  it('of an order that is cancelled likewise', () => {
    fileExample(world, 'orm-simple');
    fileExample(world, 'orm-cancelled');
    const reader = store.readers.create('Ada').id;
    expect(notesOfMessages(store, JANE, reader)).toMatchObject([
      { title: 'Cancelled order: Chest PA', text: expect.stringContaining('cancelled this order') },
    ]);
  });

  it('of an order that came after its result bring no words of it, and leave those of before: leak', () => {
    const reader = store.readers.create('Ada').id;
    fileExample(world, 'orm-with-result');
    expect(JSON.stringify(notesOfMessages(store, JANE, reader))).not.toMatch(/onsolidation/);
    fileExample(world, 'orm-simple');
    fileExample(world, 'orm-with-result');
    expect(notesOfMessages(store, JANE, reader)).toMatchObject([
      { text: expect.stringContaining('Cough and fever') },
    ]);
  });

  it("in which the study's number stands where none is looked for wait for the commit: leak", () => {
    const reader = store.readers.create('Ada').id;
    fileExample(world, 'oru-number-elsewhere');
    expect(listMessages(store, JANE)).toMatchObject([{ shown: 'after-commit' }]);
    expect(notesOfMessages(store, JANE, reader)).toEqual([]);
  });

  it('that were written after the study leave the earlier one on the screen until the commit: leak', () => {
    fileExample(world, 'oru-lines');
    fileExample(world, 'oru-addendum-later');
    const reader = store.readers.create('Ada').id;
    expect(notesOfMessages(store, JANE, reader).map(({ text }) => text)).toEqual([
      expect.stringContaining('Nodule of 6 mm'),
    ]);
  });
});

describe('what is shown', () => {
  it('is the newest hundred, and the last of them says that there are more', () => {
    const text = Buffer.from(bytesOf('oru-br')).toString('latin1');
    const many = Array.from({ length: 103 }, (_, at) =>
      text.replaceAll('F-051', `G-${String(at)}`).replaceAll('|R-2|', `|M-${String(at)}|`),
    );
    for (const message of readHl7(Buffer.from(many.join(''), 'latin1')))
      fileMessage(world, message, { study: JANE, readerId: null });
    const notes = notesOfMessages(store, JANE, store.readers.create('Ada').id);
    expect(notes).toHaveLength(100);
    expect(notes.at(-1)?.remarks).toEqual([expect.stringMatching(/^3 older messages are not shown/)]);
  });
});

describe('an import', () => {
  it('with a named study files there alone, and refuses an order of another examination', () => {
    const named = { study: JANE };
    expect(
      fileExample(world, 'oru-br', named)[0]?.studies.map(({ studyInstanceUID }) => studyInstanceUID),
    ).toEqual([JANE]);
    expect(fileExample(world, 'orm-unknown-exam', named)[0]).toMatchObject({
      status: 'refused',
      code: 'hl7-other-exam',
    });
    expect(fileExample(world, 'orm-simple', { study: JOERG })[0]).toMatchObject({
      code: 'hl7-other-patient',
    });
    expect(() => fileExample(world, 'oru-br', { study: '1.2.3.404' })).toThrow(/1\.2\.3\.404/);
  });

  it('is in the trail without its words, and goes with its study', () => {
    fileExample(world, 'oru-lines');
    const entries = store.audit.list(2, 0);
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['file-message', 'operator'],
      ['file-message', 'operator'],
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Nodule|0012345|DOE/);
    store.studies.remove(JANE, 'operator');
    expect(() => listMessages(store, JANE)).toThrow(/no study/);
    expect(listMessages(store, JANE_BEFORE)).toHaveLength(1);
    expect(store.audit.mismatches()).toEqual([]);
  });
});
