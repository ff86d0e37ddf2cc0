import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../electron/store/open-store.ts';
import { searchText } from '../../electron/store/search-text.ts';
import { Random } from '../fuzz/random.ts';

const SYLLABLES = [
  'ma',
  'ri',
  'an',
  'sch',
  'mid',
  'son',
  'ber',
  'gar',
  'ko',
  'wal',
  'ski',
  'ten',
  'lu',
  'do',
  'her',
  'nan',
  'dez',
  'tra',
  'ngu',
  'yen',
  'o',
  'va',
  'li',
  'mül',
];
const GIVEN = [
  'Anna',
  'Maria',
  'John',
  'James',
  'Wei',
  'Yuki',
  'Fatima',
  'Omar',
  'Lars',
  'Ingrid',
  'Pedro',
  'Lucia',
  'Ivan',
  'Olga',
  'Jean',
  'Chloé',
  'Amir',
  'Leila',
  'Tom',
  'Eva',
];
const PARTS = ['chest', 'abdomen', 'head', 'knee', 'wrist', 'spine', 'pelvis', 'shoulder'];
const KINDS = [
  ['CT', 'with contrast'],
  ['MR', 'T2 axial'],
  ['DX', 'PA and lateral'],
  ['US', 'follow-up'],
  ['CR', 'portable'],
  ['MG', 'screening'],
] as const;
/** Few of a large hospital's studies: beside those above, and one of three years alone. */
const RARE = ['NM', 'XA', 'CT\\PT'] as const;
const GONE = 'OT';

/** Studies of a large hospital over years, the newest last: names that repeat as names do, numbers that do not. */
export function fillStudies(directory: string, count: number): { readerId: string } {
  const store = openStore({ directory });
  const reader = store.readers.create('Dr Bench');
  store.close();
  const random = new Random(7);
  const surnames = Array.from({ length: 6000 }, () => {
    const name = Array.from({ length: 2 + random.below(2) }, () => random.of(SYLLABLES)).join('');
    return name.charAt(0).toUpperCase() + name.slice(1);
  });
  const database = new Database(join(directory, 'overread.db'));
  database.pragma('synchronous = OFF');
  const study = database.prepare(
    `INSERT INTO studies (uid, patient_name, patient_id, sex, age, birth_date, accession_number, modality, description, study_date,
       study_time, series_count, instance_count, received_at, stated, flags, search, priority, study_day, name_order)
     VALUES (?, ?, ?, 'F', 54, '1970-01-01', ?, ?, ?, ?, '120000', 2, 40, ?, '{}', '[]', ?, ?, ?, ?)`,
  );
  const read = database.prepare(
    `INSERT INTO reads (id, study_id, reader_id, status, content, created_at, updated_at, committed_at, frames_displayed,
       frames_not_seen, sha256, signature)
     VALUES (?, ?, ?, ?, '{}', ?, ?, ?, '[]', '[]', ?, ?)`,
  );
  const final = database.prepare('INSERT INTO finals (read_id, at) VALUES (?, ?)');
  const epoch = Date.parse('2016-01-01T00:00:00Z');
  // The index of a million texts is built three times as fast at once as row by row.
  const trigger = database
    .prepare<[], string>("SELECT sql FROM sqlite_schema WHERE name = 'study_search_insert'")
    .pluck()
    .get();
  if (trigger === undefined) throw new Error('there is no trigger study_search_insert');
  database.exec('DROP TRIGGER study_search_insert');
  database.transaction(() => {
    for (let i = 0; i < count; i++) {
      // Squared: a few surnames are a tenth of all, as in life.
      const surname = surnames[Math.floor((random.below(1000) / 1000) ** 2 * surnames.length)] ?? 'Doe';
      const name = `${surname}, ${random.of(GIVEN)}`;
      const [id, accession] = [`P${String(random.below(400_000)).padStart(7, '0')}`, `ACC${10_000_000 + i}`];
      const [kind, how] = random.of(KINDS);
      const description = `${kind} ${random.of(PARTS)} ${how}`;
      const modality =
        i < (count * 3) / 10 && i % 50 === 0 ? GONE : random.below(200) === 0 ? random.of(RARE) : kind;
      const at = new Date(epoch + i * 300_000).toISOString();
      // Made on the day before, as a rule; one in twenty comes from an archive, of any time before.
      const made = epoch + (i % 20 === 7 ? random.below(i + 1) : i) * 300_000 - 86_400_000;
      const day = new Date(made).toISOString().slice(0, 10).replaceAll('-', '');
      const search = searchText(name, id, accession, description, modality);
      const priority = i % 400 === 0 ? 2 : i % 33 === 0 ? 1 : 0;
      const { lastInsertRowid } = study.run(
        `1.2.826.0.1.5.${i}`,
        name,
        id,
        accession,
        modality,
        description,
        day,
        at,
        search,
        priority,
        day,
        search.slice(0, 60),
      );
      if (i % 20 !== 0) continue;
      const draft = i % 2000 === 0;
      const proof = draft ? null : 'a'.repeat(64);
      read.run(
        `read-${i}`,
        lastInsertRowid,
        reader.id,
        draft ? 'draft' : 'committed',
        at,
        at,
        draft ? null : at,
        proof,
        proof,
      );
      if (!draft && i % 40 === 0) final.run(`read-${i}`, at);
    }
  })();
  database.exec("INSERT INTO study_search (study_search) VALUES ('rebuild')");
  // In one piece, as the store's own steps bring it to in time.
  database.exec("INSERT INTO study_search (study_search) VALUES ('optimize')");
  database.exec(trigger);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return { readerId: reader.id };
}
