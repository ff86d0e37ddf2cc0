import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matchFindings } from '../../electron/domain/matching.ts';
import { Terms } from '../../electron/domain/terms.ts';
import { openStudy } from '../../electron/services/open-study.ts';
import { saveRead } from '../../electron/services/save-read.ts';
import { loadTerminology } from '../../electron/services/terminology.ts';
import type { AiFinding } from '../../electron/shared/analysis.ts';
import type { ReadContent, ReaderFinding } from '../../electron/shared/read.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { Random } from '../fuzz/random.ts';
import { readHeader } from '../../electron/dicom/read-header.ts';
import { testImageBytes } from '../fixtures/test-image.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile } from './quantile.ts';
import { fillStudies } from './worklist-rows.ts';

const STUDIES = 1_000_000;
const SAVES = 500;
const SAVE_MS = 20;
const FINDINGS = 200;
const MATCHES = 20;
const MATCH_MS = 50;
const STUDY = '2.25.900401';

const LABELS = ['Opacity', 'Consolidation', 'Nodule', 'Tuberculosis', 'Pleural effusion'];

function finding(random: Random, index: number, image: string): ReaderFinding {
  const [x, y] = [random.below(400), random.below(400)];
  return {
    id: `f${index}`,
    sopInstanceUID: image,
    frame: 0,
    shape: 'rectangle',
    box: [x, y, x + 20 + random.below(80), y + 20 + random.below(80)],
    label: random.of(LABELS),
    laterality: 'not-stated',
    certainty: 3,
    comment: '',
  };
}

function asAi({ id, label, sopInstanceUID, frame, box }: ReaderFinding): AiFinding {
  return {
    id: `ai${id}`,
    label,
    code: null,
    score: 0.8,
    sopInstanceUID,
    frame,
    box,
    operatingPoint: 'balanced',
  };
}

/** Milliseconds of each of so many calls. */
function times(count: number, work: (index: number) => void): number[] {
  return Array.from({ length: count }, (_, index) => {
    const began = performance.now();
    work(index);
    return performance.now() - began;
  });
}

/** Saves of a draft that grows to 60 findings, beside a million studies; checks included, as the window's request is worked off. */
function autosaves(): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-reading-'));
  const directory = join(folder, 'data');
  try {
    const { readerId } = fillStudies(directory, STUDIES);
    const store = openStore({ directory });
    try {
      const bytes = new TextEncoder().encode('image');
      const sha256 = hash('sha256', bytes);
      store.blobs.put(bytes, sha256);
      const image = `${STUDY}.1.1`;
      const part10 = testImageBytes({
        study: 1,
        rows: 512,
        columns: 512,
        pixels: new Uint16Array(512 * 512),
      });
      const read = readHeader(part10);
      const whole = {
        ...read,
        studyInstanceUID: STUDY,
        seriesInstanceUID: `${STUDY}.1`,
        sopInstanceUID: image,
      };
      const staged = { header: whole, sha256, bytes: bytes.byteLength, sourcePath: '/bench' };
      store.studies.storeStudy(STUDY, [staged], null, 'operator');
      openStudy({ store }, STUDY, readerId);
      const random = new Random(11);
      const findings = Array.from({ length: 60 }, (_, index) => finding(random, index, image));
      let before: ReadContent = { findings: [], noAbnormalFinding: false, impression: '' };
      return times(SAVES, (index) => {
        const content: ReadContent = {
          findings: findings.slice(0, 1 + (index % 60)),
          noAbnormalFinding: false,
          impression: `${'Opacity in the right upper zone. '.repeat(8)}${index}`,
        };
        saveRead({ store }, STUDY, readerId, content, before);
        before = content;
      });
    } finally {
      store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 200 findings of a reader and 200 of a model on one image: the assignment at its worst, where every pair is a candidate. */
function matching(): number[] {
  const random = new Random(5);
  const terms = new Terms(loadTerminology('resources'));
  const mine = Array.from({ length: FINDINGS }, (_, index) => finding(random, index, '1.2'));
  const theirs = Array.from({ length: FINDINGS }, (_, index) => asAi(finding(random, index, '1.2')));
  matchFindings(mine, theirs, terms, () => null);
  return times(MATCHES, () => {
    const matches = matchFindings(mine, theirs, terms, () => null);
    if (matches.length < FINDINGS / 2) throw new Error(`only ${matches.length} pairs`);
  });
}

function row(name: string, all: readonly number[], limit: number): BenchRow {
  const ours = quantile([...all], 0.95);
  return { name, ours, reference: null, unit: 'ms p95', ratio: null, aim: `≤${limit} ms`, ok: ours <= limit };
}

export function run(): Promise<BenchRow[]> {
  return Promise.resolve([
    row(`save of a draft, ${STUDIES.toLocaleString('en')} studies, ${SAVES} saves`, autosaves(), SAVE_MS),
    row(`matching of ${FINDINGS} × ${FINDINGS} findings`, matching(), MATCH_MS),
  ]);
}

if (import.meta.main) console.table(await run());
