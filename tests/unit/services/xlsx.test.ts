import { describe, expect, it } from 'vitest';
import { jafrocSheets } from '../../../electron/domain/reader-study/export.ts';
import { simulateReads } from '../../../electron/domain/reader-study/simulate.ts';
import { workbookOf } from '../../../electron/services/xlsx.ts';
import { trialDesignSchema } from '../../../electron/shared/reader-study.ts';
import { findPython, runPython } from '../../fixtures/python.ts';
import { twentyCases } from '../../fixtures/reader-study/design.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const design = trialDesignSchema.parse(twentyCases());
const reads = simulateReads(design, 11);
const PYTHON = findPython(['openpyxl']);

describe('a JAFROC workbook', () => {
  it('has the sheets, heads and rows that RJafroc asks for, and its own sheet after them by name', () => {
    const [truth, tp, fp, names] = jafrocSheets(design, reads, 'froc', new Set(), true);
    // It sorts the names in capitals, and takes the first three as FP, TP and TRUTH.
    const sorted = [truth, tp, fp, names].map((sheet) => sheet?.name.toUpperCase() ?? '').toSorted();
    expect(sorted.slice(0, 3)).toEqual(['FP', 'TP', 'TRUTH']);
    // 10 normal cases, and lesions 1+2+3+1+2+3+1+2+3+1 of the abnormal ones.
    expect(truth?.rows).toHaveLength(1 + 10 + 19);
    expect(truth?.rows.slice(0, 4)).toEqual([
      ['CaseID', 'LesionID', 'Weight', 'ReaderID', 'ModalityID', 'Paradigm'],
      [1, 0, 0, '0,1,2,3', '0,1', 'FROC'],
      [2, 1, 1, '0,1,2,3', '0,1', 'FCTRL'],
      [3, 0, 0, '0,1,2,3', '0,1', null],
    ]);
    expect(tp?.rows[0]).toEqual(['ReaderID', 'ModalityID', 'CaseID', 'LesionID', 'TP_Rating']);
    expect(fp?.rows[0]).toEqual(['ReaderID', 'ModalityID', 'CaseID', 'FP_Rating']);
    expect(names?.rows).toContainEqual(['CaseID', 1, 'C01']);
    expect(names?.rows.at(-1)?.[2]).toContain('made up');
  });

  it('leaves a removed case out of the three sheets, and names it in the fourth', () => {
    const [truth, tp, fp, names] = jafrocSheets(design, reads, 'froc', new Set(['C02']));
    for (const sheet of [truth, tp, fp]) {
      const column = sheet?.rows[0]?.indexOf('CaseID') ?? -1;
      expect(sheet?.rows.some((row) => row[column] === 2)).toBe(false);
    }
    expect(names?.rows).toContainEqual(['CaseID, left out: removed before everybody had read it', 2, 'C02']);
  });

  it('is the same file each time', async () => {
    const sheets = jafrocSheets(design, reads, 'roc');
    expect(Buffer.from(await workbookOf(sheets))).toEqual(Buffer.from(await workbookOf(sheets)));
  });

  it('says no instant, which each time zone would write otherwise', async () => {
    const bytes = Buffer.from(await workbookOf([{ name: 'A', rows: [['text']] }]));
    const entry = bytes.indexOf('PK\x01\x02', 0, 'latin1');
    // Central directory: date and time of DOS at 12, length of the extra fields at 30.
    expect(bytes.readUInt16LE(entry + 30)).toBe(0);
    expect([bytes.readUInt16LE(entry + 12), bytes.readUInt16LE(entry + 14)]).toEqual([
      0,
      (20 << 9) | (1 << 5) | 1,
    ]);
  });

  it.skipIf(PYTHON === null)(
    `is read by another program as it was written${PYTHON === null ? ': SKIPPED, there is no openpyxl here' : ''}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'overread-xlsx-'));
      try {
        const file = join(folder, 'a.xlsx');
        const rows = [
          ['a & b', '<c> "d"', ' spaces ', 'ünï\uffff'],
          [1, -0.5, 1e-9, null],
          Array.from({ length: 28 }, (_, at) => at),
        ];
        writeFileSync(
          file,
          await workbookOf([
            { name: 'Truth', rows },
            { name: 'A & B', rows: [] },
          ]),
        );
        const script =
          'import json,sys,openpyxl;b=openpyxl.load_workbook(sys.argv[1]);print(json.dumps([[s.title,[[c.value for c in r] for r in s.iter_rows()]] for s in b]))';
        const [first, second] = JSON.parse(runPython(PYTHON ?? '', ['-c', script, file])) as [
          [string, unknown[][]],
          [string, unknown[][]],
        ];
        expect(first[0]).toBe('Truth');
        expect(first[1][0]?.slice(0, 4)).toEqual(['a & b', '<c> "d"', ' spaces ', 'ünï ']);
        expect(first[1][1]?.slice(0, 4)).toEqual([1, -0.5, 1e-9, null]);
        expect(first[1][2]).toEqual(rows[2]);
        expect(second[0]).toBe('A & B');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
