import { Refused } from '../../shared/errors.ts';

/** Where something stands in a file of messages. */
export interface Place {
  /** Line of the file, from 1. */
  readonly line?: number;
  /** 'OBX 3': the third OBX of its message. */
  readonly segment?: string;
  /** 'OBX-5'. */
  readonly field?: string;
}

/**
 * A refusal that says where: `OBX 3 (line 14), OBX-5: …`. The words never repeat what the message holds: it is a patient's.
 *
 * @param words what is wrong, why it is refused, and what to do
 */
export function refusedAt(code: string, { line, segment, field }: Place, words: string): Refused {
  const of =
    line === undefined ? '' : segment === undefined ? `Line ${String(line)}` : ` (line ${String(line)})`;
  const where = [`${segment ?? ''}${of}`, field ?? ''].filter((part) => part !== '').join(', ');
  return new Refused(code, where === '' ? words : `${where}: ${words}`, {
    ...(line === undefined ? {} : { line }),
    ...(segment === undefined ? {} : { segment }),
    ...(field === undefined ? {} : { field }),
  });
}
