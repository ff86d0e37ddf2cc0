import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LedgerCase } from '../../electron/shared/ledger-ports.ts';
import { ledgerOverviewSchema, ledgerPageSchema, relianceSchema } from '../../electron/shared/ledger.ts';
import { fillLedger } from '../bench/ledger-rows.ts';
import { storeOne, temporaryFolder } from '../unit/store/parts.ts';
import { type Mount, openBrowserMount, openElectronMount, send } from './mounts.ts';
import { sitDown } from './study-fixture.ts';

const SERIES = '/api/ledger/series?modelId=chest-adult&version=0.3.0&label=Tuberculosis';

/** A case as it is counted when a read becomes final. */
function oneCase(month: string): LedgerCase {
  return {
    modelId: 'chest-adult',
    version: '0.3.0',
    label: 'Tuberculosis',
    month,
    scanner: { manufacturer: 'Maker A', model: 'Model 1', station: 'ROOM1', software: '1.0' },
    sex: 'F',
    ageGroup: '50-59',
    outcome: 'fn',
    reason: '',
    reader: true,
    scoreBin: 20,
    probability: 1000,
    accepted: 0,
    rejected: 0,
    modified: 0,
    deferred: 0,
  };
}

describe.each([
  ['browser', openBrowserMount],
  ['electron', openElectronMount],
] as const)('the ledger over the %s host', (_name, openMount) => {
  /** Three years until December 2025, read in January 2026. */
  async function opened(): Promise<{ mount: Mount; at: (now: string) => void }> {
    const directory = join(temporaryFolder(), 'data');
    fillLedger(directory, 1500);
    let now = '2026-01-20T10:00:00.000Z';
    const mount = await openMount({ directory, clock: { now: () => now } });
    onTestFinished(() => mount.close());
    return { mount, at: (time) => void (now = time) };
  }

  test('answers in the agreed form, to a reader alone, and for whole months alone', async () => {
    const { mount } = await opened();
    expect((await mount.fetch('/api/ledger')).status).toBe(422);
    const reader = await sitDown(mount, 'Ada');
    const overview = ledgerOverviewSchema.parse(await (await mount.fetch('/api/ledger')).json());
    expect(overview.summaries).toHaveLength(4);
    const page = ledgerPageSchema.parse(await (await mount.fetch(SERIES)).json());
    expect(page.figures?.cases).toBeGreaterThan(300);
    expect(relianceSchema.parse(await (await mount.fetch('/api/reliance')).json()).period).toBeNull();
    for (const bad of ['&from=2025-01-03', '&to=2025-13', '&day=3', '&from=']) {
      const refused = await mount.fetch(`${SERIES}${bad}`);
      expect([bad, refused.status]).toEqual([bad, 422]);
    }
    const csv = await mount.fetch('/api/ledger/assess-ai.csv');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const trail = mount.workstation.store.audit.list(20, 0);
    expect(trail.filter(({ action }) => action === 'view-ledger').map(({ actor }) => actor)).toEqual(
      Array.from({ length: 3 }, () => reader),
    );
    // Who looks at what is told to nobody else.
    await sitDown(mount, 'Bo');
    expect(await (await mount.fetch('/api/audit')).text()).not.toContain('view-ledger');
  });

  test('a study that becomes final changes no byte of any answer, this month, and next month not before there are enough', async () => {
    const { mount, at } = await opened();
    await sitDown(mount, 'Ada');
    const { store } = mount.workstation;
    const asked = async (): Promise<string> => {
      const addresses = [
        '/api/ledger',
        SERIES,
        `${SERIES}&from=2025-06`,
        '/api/reliance',
        '/api/ledger/assess-ai.csv',
      ];
      const answers: string[] = [];
      for (const address of addresses) answers.push(await (await mount.fetch(address)).text());
      return answers.join('\n');
    };
    const finish = (month: string, from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        const uid = storeOne(
          store,
          {
            studyInstanceUID: `1.2.3.${i}`,
            sopInstanceUID: `1.2.3.${i}.1`,
            seriesInstanceUID: `1.2.3.${i}.0`,
          },
          uidOf(i),
        );
        store.ledger.replace(uid, [oneCase(month)]);
      }
    };
    const uidOf = (i: number): string => `study ${i}`;
    const before = await asked();
    finish('2026-01', 0, 9);
    expect(await asked()).toBe(before);
    at('2026-02-01T00:00:00.000Z');
    const figures = async () => ledgerPageSchema.parse(await (await mount.fetch(SERIES)).json());
    // Nine of January: the month is over, and they wait.
    const nine = await figures();
    finish('2026-01', 9, 10);
    const ten = await figures();
    expect((nine.period?.to ?? '') < '2026-01').toBe(true);
    expect([ten.period?.to, (ten.figures?.cases ?? 0) - (nine.figures?.cases ?? 0)]).toEqual([
      '2026-01',
      expect.any(Number),
    ]);
    expect((ten.figures?.cases ?? 0) - (nine.figures?.cases ?? 0)).toBeGreaterThanOrEqual(10);
  });

  test('another reader cannot be asked for', async () => {
    const { mount } = await opened();
    const ada = await sitDown(mount, 'Ada');
    await sitDown(mount, 'Bo');
    const asked = await mount.fetch(`/api/reliance?reader=${ada}`);
    expect([asked.status, ((await asked.json()) as { code: string }).code]).toEqual([422, 'reader-changed']);
    expect((await mount.fetch('/api/reliance', send('PUT', { readerId: ada }))).status).toBe(404);
  });
});
