import type { ConsensusLine, SettlementChoice } from './consensus.ts';

/** Whether two readers must settle it. */
export function needsSettlement({ differs }: ConsensusLine): boolean {
  return differs.length > 0;
}

/** What a line can be settled to. Of a finding that one alone has, both cannot stand: it is there or it is not. */
export function choicesOf(line: ConsensusLine): readonly SettlementChoice[] {
  const oneSided = line.kind === 'finding' && (line.first === null || line.second === null);
  return oneSided ? ['first', 'second', 'changed'] : ['first', 'second', 'both', 'changed'];
}
