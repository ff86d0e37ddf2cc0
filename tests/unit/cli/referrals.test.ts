import { join } from 'node:path';
import { expect, it } from 'vitest';
import { referralsReportSchema } from '../../../electron/shared/command-line.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { COMMITTED, storeOne, temporaryFolder } from '../store/parts.ts';
import { document, overread } from './overread-process.ts';

it('referrals: what readers asked each other, and with --open what waits', async () => {
  const data = join(temporaryFolder(), 'data');
  const empty = await overread(['referrals', '--data', data]);
  expect([empty.exit, empty.out.trim()]).toEqual([0, 'No referrals.']);
  const store = openStore({ directory: data });
  const study = storeOne(store);
  const [ada, bo] = [store.readers.create('Ada').id, store.readers.create('Bo').id];
  const read = store.reads.begin(study, ada);
  store.reads.commit(read.id, COMMITTED);
  for (const [id, toReader] of [
    ['one', bo],
    ['two', null],
  ] as const) {
    store.referrals.add({
      id,
      studyInstanceUID: study,
      readId: read.id,
      fromReader: ada,
      toReader,
      ask: 'opinion',
      about: null,
      reason: 'quality',
      words: '',
      createdAt: `2026-01-0${id === 'one' ? 1 : 2}T00:00:00.000Z`,
    });
  }
  const step = { readerId: bo, kind: 'decline', stance: null, words: 'On leave.', at: '' } as const;
  store.referrals.addStep('one', step, 'declined', null);
  store.close();
  const all = await overread(['referrals', '--data', data, '--json']);
  expect(all.exit).toBe(0);
  expect(referralsReportSchema.parse(document(all))).toMatchObject([
    { id: 'two', studyInstanceUID: study, state: 'open', to: null },
    { id: 'one', state: 'declined', steps: [{ by: { name: 'Bo' }, words: 'On leave.' }] },
  ]);
  const open = await overread(['referrals', '--open', '--data', data]);
  expect(open.out).toContain('a second reader');
  expect(open.out).not.toContain('declined');
}, 60_000);
