import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ageGroupOf } from '../../electron/domain/ledger/case.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { Random } from '../fuzz/random.ts';

const MODELS = [
  ['chest-adult', '0.2.0', 'Tuberculosis'],
  ['chest-adult', '0.3.0', 'Tuberculosis'],
  ['chest-child', '0.2.0', 'Pneumonia'],
  ['limb-fracture', '0.3.0', 'Fracture'],
] as const;
const MAKERS = ['Maker A', 'Maker B', 'Maker C', 'Maker D'] as const;
const MONTHS = 36;
const SCANNERS = 24;

function monthOf(at: number): string {
  return `${2023 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

/**
 * A ledger of three years of a large department: as many studies with a final read, each a study of its own, on 24 scanners, of four models of which
 * each reads a part and abstains on some. Written as the store writes a case: row by row, the triggers sum.
 *
 * @returns Milliseconds that one case took to count, on average.
 */
export function fillLedger(directory: string, studies: number): number {
  openStore({ directory }).close();
  const random = new Random(11);
  const database = new Database(join(directory, 'overread.db'));
  database.pragma('synchronous = OFF');
  try {
    const scanner = database.prepare(
      'INSERT INTO ledger_scanners (id, manufacturer, model, station, software) VALUES (?, ?, ?, ?, ?)',
    );
    for (let i = 1; i <= SCANNERS; i++)
      scanner.run(i, MAKERS[i % MAKERS.length], `Model ${i % 7}`, `ROOM${i}`, `${i % 3}.0`);
    const study = database.prepare(
      `INSERT INTO studies (id, uid, patient_name, patient_id, sex, age, birth_date, accession_number, modality, description,
         study_date, study_time, series_count, instance_count, received_at, stated, flags, search)
       VALUES (?, ?, '', '', '', NULL, '', '', 'DX', '', '', '', 0, 0, '2024-01-01T00:00:00.000Z', '{}', '[]', '')`,
    );
    const one = database.prepare(
      `INSERT INTO ledger_cases (study_id, model_id, version, label, month, scanner_id, sex, age_group, outcome, reason, reader,
         score_bin, probability, accepted, rejected, modified, deferred) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)`,
    );
    let milliseconds = 0;
    const block = database.transaction((from: number, to: number) => {
      for (let id = from; id <= to; id++) study.run(id, `1.2.826.0.1.7.${id}`);
      const start = performance.now();
      for (let id = from; id <= to; id++) {
        const month = monthOf(Math.floor(((id - 1) / studies) * MONTHS));
        const [model, version, label] = random.of(MODELS);
        const truth = random.chance(0.12);
        const score = Math.min(
          0.9999,
          Math.max(0, (truth ? 0.65 : 0.2) + (random.word() / 2 ** 32 - 0.5) * 0.7),
        );
        const called = score >= 0.5;
        const abstained = random.chance(0.05);
        const outcome = abstained ? 'abstained' : called ? (truth ? 'tp' : 'fp') : truth ? 'fn' : 'tn';
        one.run(
          id,
          model,
          version,
          abstained ? '' : label,
          month,
          1 + random.below(SCANNERS),
          random.of(['F', 'M']),
          ageGroupOf(random.below(90)),
          outcome,
          abstained ? random.of(['The view is not one of PA, AP', 'The image is too small']) : '',
          Number(truth || random.chance(0.05)),
          abstained ? null : Math.floor(score * 200),
          abstained ? null : Math.round(score * 10_000),
          Number(called && truth),
          Number(called && !truth),
        );
      }
      milliseconds += performance.now() - start;
    });
    for (let from = 1; from <= studies; from += 5000) block(from, Math.min(studies, from + 4999));
    return milliseconds / studies;
  } finally {
    database.close();
  }
}

/** A reader with a year of own reads beside two models, a third of them judged by others; gives the reader's name. */
export function fillReliance(directory: string): string {
  const name = 'O. Own';
  const store = openStore({ directory });
  const { id } = store.readers.create(name);
  store.close();
  const random = new Random(17);
  const database = new Database(join(directory, 'overread.db'));
  try {
    const one = database.prepare(
      `INSERT INTO reliance_counts (reader_id, model_id, version, label, month, ai, before, after, judged, other, blind, cases)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1) ON CONFLICT DO UPDATE SET cases = cases + 1`,
    );
    for (let i = 0; i < 3000; i++) {
      const [model, version, label] = random.of(MODELS.slice(1, 3));
      const truth = random.chance(0.2);
      const ai = random.chance(0.85) ? truth : !truth;
      const before = random.chance(0.85) ? truth : !truth;
      const after = before !== ai && random.chance(0.6) ? ai : before;
      const judged = random.chance(0.33) ? Number(truth) : 2;
      const said = [ai, before, after].map(Number);
      one.run(id, model, version, label, monthOf(24 + (i % 12)), ...said, judged, Number(random.chance(0.3)));
    }
  } finally {
    database.close();
  }
  return name;
}
