import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contextImportSchema, contextListSchema } from '../../../electron/shared/hl7.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { JANE, JANE_BEFORE, JOERG, MESSAGES, storePatients } from '../services/messages-world.ts';
import { temporaryFolder } from '../store/parts.ts';
import { document, overread } from './overread-process.ts';

it('context import: files a folder of messages, says what became of each, and the same again changes nothing', async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  const inbox = join(folder, 'inbox', 'deep');
  mkdirSync(inbox, { recursive: true });
  for (const name of ['batch', 'orm-simple', 'oru-own', 'oru-wrong-patient', 'oru-latin1-not-named'])
    copyFileSync(join(MESSAGES, `${name}.hl7`), join(inbox, `${name}.hl7`));
  writeFileSync(join(inbox, 'read-me.txt'), 'No message.');

  const nothing = await overread(['context', 'import', inbox, '--data', data, '--json']);
  expect(nothing.exit).toBe(3);
  expect(document(nothing)).toMatchObject({ error: { code: 'data-folder-empty' } });

  const store = openStore({ directory: data });
  storePatients(store);
  store.close();
  const first = await overread(['context', 'import', join(folder, 'inbox'), '--data', data, '--json']);
  expect(first.exit).toBe(1);
  const report = contextImportSchema.parse(document(first));
  expect(report).toMatchObject({ files: 6, filed: 4, duplicates: 0, refused: 4 });
  const lines = report.messages.map(({ path, line, type, controlId, status, code }) =>
    [path.split('/').at(-1), line, type, controlId, status, code ?? ''].join(' '),
  );
  expect(lines).toEqual([
    'batch.hl7 3 ORU^R01 B-1 filed ',
    'batch.hl7 7 ORU^R01 B-2 filed ',
    'batch.hl7 11 ADT^A08 B-3 refused hl7-type',
    'orm-simple.hl7 1 ORM^O01 O-1 filed ',
    'oru-latin1-not-named.hl7 1 ORU^R01 R-8 refused hl7-character-set',
    'oru-own.hl7 1 ORU^R01 R-30 filed ',
    'oru-wrong-patient.hl7 1 ORU^R01 R-40 refused hl7-other-patient',
    'read-me.txt 1   refused hl7-no-header',
  ]);

  const again = await overread(['context', 'import', join(folder, 'inbox'), '--data', data]);
  expect(again.exit).toBe(1);
  expect(again.out).toMatch(/^0 filed, 4 duplicates, 4 refused; 6 files\./);
  expect(again.out).toContain('its own report (withheld until the commit), by OBR-18, PID-3 (was there)');

  const set = await overread([
    'context',
    'import',
    join(inbox, 'oru-latin1-not-named.hl7'),
    '--charset',
    '8859/1',
    '--data',
    data,
    '--json',
  ]);
  expect([
    set.exit,
    contextImportSchema.parse(document(set)).messages[0]?.studies[0]?.studyInstanceUID,
  ]).toEqual([0, JOERG]);
  const named = await overread([
    'context',
    'import',
    join(inbox, 'batch.hl7'),
    '--study',
    JOERG,
    '--data',
    data,
    '--json',
  ]);
  expect(contextImportSchema.parse(document(named)).messages.map(({ code }) => code)).toEqual([
    'hl7-other-patient',
    'hl7-other-patient',
    'hl7-type',
  ]);
  const unknown = await overread(['context', 'import', inbox, '--study', '1.2.3', '--data', data, '--json']);
  expect([unknown.exit, document(unknown)]).toMatchObject([1, { error: { code: 'study-unknown' } }]);

  const listed = await overread(['context', 'list', JANE, '--data', data, '--json']);
  const rows = contextListSchema.parse(document(listed));
  expect(rows.map(({ as, shown, content }) => [as, shown, content.text.slice(0, 13)])).toEqual([
    ['prior-report', 'always', 'One.'],
    ['prior-report', 'always', 'Two.'],
    ['indication', 'always', 'Reason for st'],
    ['own-report', 'after-commit', 'Consolidation'],
  ]);
  const empty = await overread(['context', 'list', JANE_BEFORE.replace('.50', '.51'), '--data', data]);
  expect(empty.exit).toBe(1);
  const verified = await overread(['audit', 'verify', '--data', data]);
  expect([verified.exit, verified.err]).toEqual([0, '']);
}, 120_000);
