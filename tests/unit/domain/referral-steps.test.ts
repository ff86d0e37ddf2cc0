import { expect, test } from 'vitest';
import { afterStep } from '../../../electron/domain/referral-steps.ts';
import { isOpen, waitsFor } from '../../../electron/shared/referral-waits.ts';
import type { Referral } from '../../../electron/shared/referral.ts';

const person = (id: string) => ({ id, name: id.toUpperCase() });

function asked(changes: Partial<Referral> = {}): Referral {
  return {
    id: 'x',
    readId: 'r',
    from: person('ada'),
    to: person('bo'),
    ask: 'independent',
    about: null,
    reason: 'uncertain',
    words: '',
    createdAt: '2026-01-01T00:00:00.000Z',
    state: 'open',
    takenBy: null,
    steps: [],
    ...changes,
  };
}

const declinedBy = (id: string): Referral['steps'] => [
  { kind: 'decline', by: person(id), stance: null, words: 'no', at: '' },
];

test('a referral waits for whom it names, and for nobody else', () => {
  expect(waitsFor(asked(), 'bo')).toBe(true);
  for (const other of ['ada', 'cy']) expect(waitsFor(asked(), other)).toBe(false);
});

test('one to a second reader waits for everybody but who asks and who declined, and for who accepted alone', () => {
  const any = asked({ to: null, steps: declinedBy('cy') });
  expect(['ada', 'bo', 'cy', 'di'].filter((one) => waitsFor(any, one))).toEqual(['bo', 'di']);
  const taken = asked({ to: null, state: 'accepted', takenBy: person('di') });
  expect(['ada', 'bo', 'cy', 'di'].filter((one) => waitsFor(taken, one))).toEqual(['di']);
});

test.each(['answered', 'declined', 'withdrawn'] as const)('one that is %s waits for nobody', (state) => {
  expect(isOpen(asked({ state }))).toBe(false);
  expect(waitsFor(asked({ state }), 'bo')).toBe(false);
  expect(() => afterStep(asked({ state }), 'bo', 'answer')).toThrow(`is ${state} already`);
  expect(() => afterStep(asked({ state }), 'ada', 'withdraw')).toThrow(`is ${state} already`);
});

test('accept, answer, decline and withdraw each make of it what they say', () => {
  expect(afterStep(asked(), 'bo', 'accept')).toEqual({ state: 'accepted', takenBy: 'bo' });
  const accepted = asked({ state: 'accepted', takenBy: person('bo') });
  expect(() => afterStep(accepted, 'bo', 'accept')).toThrow('accepted this referral already');
  expect(afterStep(accepted, 'bo', 'answer')).toEqual({ state: 'answered', takenBy: 'bo' });
  // Straight from the list: an answer takes it too.
  expect(afterStep(asked({ to: null }), 'cy', 'answer')).toEqual({ state: 'answered', takenBy: 'cy' });
  expect(afterStep(accepted, 'bo', 'decline')).toEqual({ state: 'declined', takenBy: null });
  expect(afterStep(accepted, 'ada', 'withdraw')).toEqual({ state: 'withdrawn', takenBy: 'bo' });
});

test('one to a second reader that one declines is offered to the others again', () => {
  expect(afterStep(asked({ to: null }), 'bo', 'decline')).toEqual({ state: 'open', takenBy: null });
  const taken = asked({ to: null, state: 'accepted', takenBy: person('bo') });
  expect(afterStep(taken, 'bo', 'decline')).toEqual({ state: 'open', takenBy: null });
});

test('what is not a reader’s to do is as unknown as a referral that is not there', () => {
  for (const [reader, kind] of [
    ['cy', 'accept'],
    ['ada', 'answer'],
    ['ada', 'accept'],
    ['bo', 'withdraw'],
    ['cy', 'decline'],
  ] as const)
    expect(() => afterStep(asked(), reader, kind), `${reader} ${kind}`).toThrow('no such referral for you');
  const declined = asked({ to: null, steps: declinedBy('cy') });
  expect(() => afterStep(declined, 'cy', 'accept')).toThrow('no such referral for you');
  expect(() => afterStep(asked({ state: 'answered' }), 'cy', 'answer')).toThrow('no such referral for you');
});
