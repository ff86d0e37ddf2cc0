import type { Consensus, ConsensusSignature } from '../shared/consensus.ts';
import { sizedLabel } from '../shared/finding-size.ts';
import { type ReportFacts, timeWords } from './export-report-facts.ts';
import { CONTENT_WIDTH, INK, type ReportFlow, type TextStyle } from './export-report-page.ts';

const BODY: TextStyle = { size: 9 };
const CELL: TextStyle = { size: 8.2 };
const SMALL: TextStyle = { size: 7.4, colour: INK.faint };

const STANDS = {
  proposed: 'proposed, not signed by both yet',
  agreed: 'agreed',
  'no-consensus': 'no consensus',
  withdrawn: 'proposed and withdrawn',
  replaced: 'replaced by another proposal',
} as const;

const DONE = {
  propose: 'proposed',
  agree: 'agreed',
  'no-consensus': 'stated that there is no consensus',
  withdraw: 'withdrew it',
} as const;

/** What this reader and another hold together of the study; the two are named in the order of their commits, and of nothing else. */
export function drawConsensus(flow: ReportFlow, { consensuses }: ReportFacts): void {
  for (const { record, check } of consensuses) {
    const { first, second, state } = record;
    flow.section(`Consensus of ${first.readerName} and ${second.readerName}: ${STANDS[state]}`, 40);
    if (check !== 'intact')
      flow.text(`NOT AS IT WAS SIGNED (${check.replace('-', ' ')})`, { ...BODY, bold: true });
    if (record.outcome !== null) drawOutcome(flow, record, record.outcome);
    if (record.words !== '') flow.text(record.words, BODY);
    for (const signed of record.signatures) flow.text(signatureWords(signed), SMALL);
    const blind = [first, second].map(({ readerName, committedAt, aiShownAt }) => {
      const shown = aiShownAt === null ? 'before the AI was shown' : 'after the AI was shown';
      return `${readerName} committed ${timeWords(committedAt)}, blind to the other, ${shown}`;
    });
    flow.text(
      `${blind.join('; ')}. SHA-256 ${record.sha256}${check === 'intact' ? ' (signatures checked)' : ''}`,
      SMALL,
    );
    flow.gap(3);
  }
}

function drawOutcome(flow: ReportFlow, record: Consensus, outcome: NonNullable<Consensus['outcome']>): void {
  const from = {
    first: `as ${record.first.readerName} read it`,
    second: `as ${record.second.readerName} read it`,
    both: 'both',
    changed: 'stated anew',
  } as const;
  if (outcome.findings.length === 0) flow.text('No finding.', BODY);
  else {
    flow.table(
      [
        { title: 'Finding', width: 150 },
        { title: 'Side', width: 70 },
        { title: 'Certainty', width: 60 },
        { title: 'From', width: 125 },
        { title: 'Comment', width: CONTENT_WIDTH - 405 },
      ],
      outcome.findings.map(({ finding, from: choice }) => [
        sizedLabel(finding),
        finding.laterality.replace('-', ' '),
        `${finding.certainty} of 4`,
        from[choice],
        finding.comment,
      ]),
      CELL,
    );
  }
  if (outcome.impression !== '') flow.text(`Impression: ${outcome.impression}`, BODY);
  if (outcome.recommendation !== '') flow.text(`Recommendation: ${outcome.recommendation}`, BODY);
  for (const { lineId, why } of record.settlements)
    if (why !== '') flow.text(`${lineOf(record, lineId)}: ${why}`, SMALL);
}

/** What a line is about, in the words of the record alone. */
function lineOf({ lines }: Consensus, lineId: string): string {
  const line = lines.find(({ id }) => id === lineId);
  if (line?.kind !== 'finding') return line?.id ?? '';
  return [...new Set([line.firstWords, line.secondWords])].filter((words) => words !== '').join(' / ');
}

function signatureWords({ readerName, decision, words, at }: ConsensusSignature): string {
  return `${readerName} ${DONE[decision]}, ${timeWords(at)}, signed${words === '' ? '' : `: ${words}`}`;
}
