import type { AiFinding, RawOutput } from '../shared/analysis.ts';
import type { Recorded, ReplayComparison } from '../shared/ports.ts';
import { REPLAY_TOLERANCE, type ReplayDifference } from '../shared/replay.ts';
import { unpackValues } from './raw-output.ts';

/** Collects what differs: by how much, and whether by more than the tolerance. */
class Ledger implements ReplayComparison {
  readonly differences: ReplayDifference[] = [];
  largest = 0;
  identical = true;

  /** Values that must be the same. */
  same(where: string, recorded: unknown, now: unknown): void {
    if (JSON.stringify(recorded) === JSON.stringify(now)) return;
    this.identical = false;
    this.differences.push({ where, recorded: String(recorded), now: String(now) });
  }

  /** Numbers that may differ by the tolerance, and by what was lost in keeping them. */
  near(where: string, recorded: number, now: number, tolerance = REPLAY_TOLERANCE): void {
    if (Object.is(recorded, now)) return;
    this.identical = false;
    const by = Math.abs(recorded - now);
    // A value that is missing on one side is no difference in numbers.
    if (Number.isFinite(by)) this.largest = Math.max(this.largest, by);
    // Written so that what is no number differs.
    if (!(by <= tolerance)) this.differences.push({ where, recorded: String(recorded), now: String(now) });
  }
}

const imageWords = ({ sopInstanceUID, frame }: { sopInstanceUID: string; frame: number }): string =>
  `image ${sopInstanceUID}${frame === 0 ? '' : `, frame ${frame + 1}`}`;

function compareOutput(ledger: Ledger, recorded: RawOutput, now: RawOutput | undefined): void {
  const where = `output ${recorded.output} of ${imageWords(recorded)}`;
  if (now === undefined) return ledger.same(where, 'there', 'missing');
  if (recorded.sha256 === now.sha256) return;
  ledger.identical = false;
  ledger.same(`shape of ${where}`, recorded.shape.join('×'), now.shape.join('×'));
  const before = unpackValues(recorded.data);
  const after = unpackValues(now.data);
  const lost = before.error + after.error;
  let worst = -1;
  let at = 0;
  for (const [index, value] of before.values.entries()) {
    const by = Math.abs(value - (after.values[index] ?? Number.NaN));
    if (!(by <= worst)) [worst, at] = [by, index];
  }
  ledger.near(
    `${where}, value ${at} of the ${before.values.length} kept`,
    before.values[at] ?? Number.NaN,
    after.values[at] ?? Number.NaN,
    // Outputs are logits or probabilities; a logit's tolerance grows with it, as float32 does.
    REPLAY_TOLERANCE * Math.max(1, Math.abs(before.values[at] ?? 0)) + lost,
  );
}

function compareFindings(ledger: Ledger, recorded: readonly AiFinding[], now: readonly AiFinding[]): void {
  ledger.same('number of findings', recorded.length, now.length);
  for (const [index, finding] of recorded.entries()) {
    const other = now[index];
    if (other === undefined) return;
    const where = `finding ${index + 1} (${finding.label})`;
    ledger.same(`label of ${where}`, finding.label, other.label);
    ledger.same(`image of ${where}`, finding.sopInstanceUID, other.sopInstanceUID);
    ledger.same(`operating point of ${where}`, finding.operatingPoint, other.operatingPoint);
    ledger.near(`score of ${where}`, finding.score, other.score);
    ledger.same(`place of ${where}`, finding.box === null, other.box === null);
    for (const [side, value] of (finding.box ?? []).entries()) {
      // A box's edge lies between pixels of the map that it was drawn from: half a pixel of the image is no other place.
      ledger.near(`box of ${where}`, value, other.box?.[side] ?? Number.NaN, 0.5);
    }
  }
}

/**
 * Lays a replay beside the record. Values of the network and scores may differ by `REPLAY_TOLERANCE`; what was decided (status,
 * operating points, number of findings) and the pixels must be the same.
 */
export function compareReplay(recorded: Recorded, now: Recorded): ReplayComparison {
  const ledger = new Ledger();
  const [before, after] = [recorded.record.result, now.record.result];
  ledger.same('status', before.status, after.status);
  // One of them has nothing that could be laid beside the other's.
  if (before.status !== after.status) return ledger;
  // The words of a failure hold process ids and paths; those of an abstention are the rule that fired.
  if (before.status === 'abstained') ledger.same('reason', before.reason, after.reason);
  ledger.same('number of images', recorded.record.inputs.length, now.record.inputs.length);
  const pixels = new Map(now.record.inputs.map((input) => [imageWords(input), input.pixelSha256]));
  for (const input of recorded.record.inputs) {
    ledger.same(`pixels of ${imageWords(input)}`, input.pixelSha256, pixels.get(imageWords(input)));
  }
  const key = (output: RawOutput): string => `${imageWords(output)} ${output.output}`;
  const outputs = new Map(now.outputs.map((output) => [key(output), output]));
  for (const output of recorded.outputs) compareOutput(ledger, output, outputs.get(key(output)));
  for (const [index, score] of before.scores.entries()) {
    const other = after.scores[index];
    const where = `${score.label} of ${imageWords(score)}`;
    ledger.near(`score ${where}`, score.score, other?.score ?? Number.NaN);
    if (score.probability !== undefined)
      ledger.near(`probability ${where}`, score.probability, other?.probability ?? Number.NaN);
  }
  compareFindings(ledger, before.findings, after.findings);
  for (const [index, { name, value, estimate }] of before.measurements.entries()) {
    const other = after.measurements[index];
    ledger.near(
      `measurement ${name}`,
      value,
      other?.value ?? Number.NaN,
      // What is rounded may fall to either side: the network's own value is among the outputs.
      Math.max(1e-3 * Math.max(1, Math.abs(value)), (estimate?.roundedTo ?? 0) * 1.001),
    );
  }
  return ledger;
}
