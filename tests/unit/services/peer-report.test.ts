import Database from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answerConsensus } from '../../../electron/services/answer-consensus.ts';
import { stepReferral } from '../../../electron/services/answer-referral.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { exportPdf } from '../../../electron/services/export-report.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { proposeConsensus } from '../../../electron/services/propose-consensus.ts';
import { referStudy } from '../../../electron/services/refer-study.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { temporaryFolder } from '../store/parts.ts';
import { BOTH_FRAMES, readerFinding, readingWorld, type ReadingWorld, STUDY } from './reading-world.ts';

const ID = '7f3a0000-0000-4000-8000-000000000001';
const withPdftotext = spawnSync('pdftotext', ['-v']).error === undefined;

async function committed(
  world: ReadingWorld,
  readerId: string,
  laterality: 'left' | 'right',
): Promise<string> {
  openStudy(world, STUDY, readerId);
  const content = {
    findings: [readerFinding({ laterality })],
    noAbnormalFinding: false,
    impression: 'Tuberculosis.',
  };
  saveRead(world, STUDY, readerId, content);
  const asked = { content, framesDisplayed: BOTH_FRAMES, acknowledgeUnseen: false };
  return (await commitRead(world, STUDY, readerId, asked)).id;
}

describe.skipIf(!withPdftotext)('the report, read back by pdftotext', () => {
  async function textOf(world: ReadingWorld, readerId: string): Promise<string> {
    const pdf = await exportPdf(world, {
      studyInstanceUID: STUDY,
      readerId,
      actor: 'operator',
      build: 'test',
    });
    const path = join(temporaryFolder(), 'report.pdf');
    writeFileSync(path, pdf);
    return spawnSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' }).stdout.replaceAll(/\s+/g, ' ');
  }

  test('says what was asked of whom, what was answered, and what both hold together', async () => {
    const world = readingWorld();
    const [ada, bo] = [world.reader.id, world.store.readers.create('Bo').id];
    await committed(world, ada, 'right');
    expect(await textOf(world, ada)).not.toMatch(/Referred to other readers|Consensus of/);
    referStudy(world, STUDY, ada, {
      id: ID,
      toReader: bo,
      ask: 'independent',
      itemId: null,
      reason: 'uncertain',
      words: 'Which side?',
    });
    const bosRead = await committed(world, bo, 'left');
    stepReferral(world, STUDY, bo, ID, { kind: 'answer', stance: 'differs', words: 'The left one.' });
    const { records } = proposeConsensus(world, STUDY, ada, {
      kind: 'proposal',
      id: ID,
      readId: bosRead,
      previousId: null,
      settlements: [{ lineId: 'r1~r1', choice: 'second', why: 'The marker was turned.' }],
      words: '',
    });
    const open = await textOf(world, ada);
    expect(open).toContain('R. Reader to Bo');
    expect(open).toContain('an independent read. I am not certain of a finding. answered.');
    expect(open).toContain('Which side?');
    expect(open).toMatch(/Bo answered \(differs from the first read\), .*: The left one\./);
    expect(open).toContain('Consensus of R. Reader and Bo: proposed, not signed by both yet');
    answerConsensus(world, STUDY, bo, ID, { decision: 'agree', sha256: records[0]?.sha256 ?? '' });
    // The same in the report of either.
    for (const reader of [ada, bo]) {
      const text = await textOf(world, reader);
      expect(text).toContain('Consensus of R. Reader and Bo: agreed');
      expect(text).toMatch(/Tuberculosis left 3 of 4 as Bo read it/);
      expect(text).toContain('Tuberculosis, right / Tuberculosis, left: The marker was turned.');
      expect(text).toMatch(/R\. Reader proposed, [^:]*:\d\d UTC, signed/);
      expect(text).toMatch(/Bo agreed, [^:]*:\d\d UTC, signed/);
      expect(text).toContain('(signatures checked)');
    }
    const database = new Database(join(world.store.directory, 'overread.db'));
    database.exec(
      "DROP TRIGGER consensuses_never_change; UPDATE consensuses SET content = replace(content, 'turned', 'right')",
    );
    database.close();
    expect(await textOf(world, ada)).toContain('NOT AS IT WAS SIGNED (changed)');
  });

  test('says that there is no consensus, and why', async () => {
    const world = readingWorld();
    const [ada, bo] = [world.reader.id, world.store.readers.create('Bo').id];
    const adasRead = await committed(world, ada, 'right');
    await committed(world, bo, 'left');
    const none = {
      kind: 'none',
      id: ID,
      readId: adasRead,
      previousId: null,
      words: 'A CT is needed.',
    } as const;
    proposeConsensus(world, STUDY, bo, none);
    const text = await textOf(world, ada);
    expect(text).toContain('Consensus of R. Reader and Bo: no consensus');
    expect(text).toContain('A CT is needed.');
    expect(text).toContain('Bo stated that there is no consensus');
  });
});
