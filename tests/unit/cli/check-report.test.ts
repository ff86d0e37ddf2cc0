import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorReportSchema } from '../../../electron/shared/command-line.ts';
import { checkReportOutputSchema } from '../../../electron/shared/report-check.ts';
import { temporaryFolder } from '../store/parts.ts';
import { document, overread } from './overread-process.ts';

function file(content: string): string {
  const path = join(temporaryFolder(), 'report.json');
  writeFileSync(path, content);
  return path;
}

describe('check-report', () => {
  const text = 'FINDINGS: Fracture of the distal radius on the left. IMPRESSION: Distal radius fracture.';
  const report = {
    study: { modality: 'CR', bodyPart: 'WRIST', sex: 'F', age: 44 },
    findings: [{ label: 'Fracture', laterality: 'right', site: 'distal radius', sizeMm: null }],
    text,
  };

  it('answers with kind, place and message alone, and is done where there is something to object to', async () => {
    const said = await overread(['check-report', file(JSON.stringify(report)), '--json']);
    expect(said.exit).toBe(0);
    const warnings = checkReportOutputSchema.parse(document(said));
    expect(warnings.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
      ['laterality', 'left'],
    ]);
    expect(Object.keys(warnings[0] ?? {}).toSorted()).toEqual(['end', 'kind', 'message', 'start']);
  });

  it('is an empty list for a right report, and reads a byte order mark, missing facts and words without headings', async () => {
    const right = { ...report, findings: [{ label: 'Fracture', laterality: 'left' }] };
    const said = await overread(['check-report', file(`\uFEFF${JSON.stringify(right)}`), '--json']);
    expect([said.exit, document(said)]).toEqual([0, []]);
    const bare = await overread(['check-report', file('{"text": "Lungs clear."}'), '--json']);
    expect([bare.exit, document(bare)]).toEqual([0, []]);
  });

  it.each([
    ['no json', 'report-input', /is not JSON/],
    ['{"findings": []}', 'report-input', /text/],
    [
      '{"text": "x", "findings": [{"label": "Nodule", "laterality": "port"}]}',
      'report-input',
      /findings\.0\.laterality/,
    ],
    [JSON.stringify({ text: 'x'.repeat(60_000) }), 'report-input', /text/],
  ])('refuses %s', async (content, code, message) => {
    const said = await overread(['check-report', file(content), '--json']);
    expect(said.exit).toBe(1);
    const { error } = errorReportSchema.parse(document(said));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  it('says which file it cannot read', async () => {
    const path = join(temporaryFolder(), 'none.json');
    const said = await overread(['check-report', path, '--json']);
    expect([said.exit, document(said)]).toMatchObject([1, { error: { code: 'unreadable-file' } }]);
    expect(errorReportSchema.parse(document(said)).error.message).toContain(path);
  });
});
