import { readFile, stat } from 'node:fs/promises';
import { labelOf } from '../domain/hl7/character-set.ts';
import { LIMITS } from '../domain/hl7/limits.ts';
import { OverreadError, Refused, toOverreadError } from '../shared/errors.ts';
import type { ContextImport, MessageOutcome } from '../shared/hl7.ts';
import type { CancelSignal } from '../shared/ports.ts';
import { fileMessage, type FilingParts } from './file-messages.ts';
import { walk } from './import-walk.ts';
import { readHl7 } from './read-hl7.ts';

export interface ImportMessages extends FilingParts {
  /** Files, and folders, which are entered. */
  readonly paths: readonly string[];
  /** The one study with which they are filed; null: each with those to which it belongs. */
  readonly study: string | null;
  /** Name of the character set of messages that name none. */
  readonly characterSet: string | null;
  readonly signal?: CancelSignal;
}

/**
 * Files every message of the given files for every reader. Nothing that is refused stops the rest, and nothing is left out without a line that
 * says so.
 *
 * @throws Refused `study-unknown`, `hl7-character-set` for a set that is not known
 */
export async function importMessages(work: ImportMessages): Promise<ContextImport> {
  const { store, paths, study, characterSet, signal } = work;
  const label = characterSet === null ? null : labelOf(characterSet);
  if (characterSet !== null && label === null) {
    throw new Refused(
      'hl7-character-set',
      `The character set '${characterSet}' is not known. Known are ASCII, 8859/1 to 8859/9, 8859/15, UTF-8, GB 18030-2000, KS X 1001 and BIG-5.`,
    );
  }
  const stated = label === null ? null : { label, always: false };
  if (study !== null) store.messages.facts(study);
  const messages: MessageOutcome[] = [];
  let files = 0;
  for await (const found of walk(paths)) {
    if (signal?.aborted === true) break;
    files += 1;
    const refuse = (code: string, reason: string): void => {
      messages.push({
        path: found.path,
        line: 1,
        type: null,
        controlId: null,
        status: 'refused',
        code,
        reason,
        notes: [],
        studies: [],
      });
    };
    if ('code' in found) {
      refuse(found.code, found.reason);
      continue;
    }
    try {
      for (const message of readHl7(await bytesOf(found.path), stated))
        messages.push({ path: found.path, ...fileMessage(work, message, { study, readerId: null }) });
    } catch (thrown) {
      const error = toOverreadError(thrown);
      if (error.type !== 'refused') throw thrown;
      refuse(error.code, error.message);
    }
  }
  const count = (status: MessageOutcome['status']): number =>
    messages.filter((one) => one.status === status).length;
  return {
    files,
    filed: count('filed'),
    duplicates: count('duplicate'),
    refused: count('refused'),
    messages,
  };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > LIMITS.file)
      throw new Refused(
        'hl7-too-long',
        `The file has more than ${String(LIMITS.file / 1024 / 1024)} MiB. Divide it.`,
      );
    return await readFile(path);
  } catch (thrown) {
    if (thrown instanceof OverreadError) throw thrown;
    const code = (thrown as NodeJS.ErrnoException).code ?? 'error';
    throw new Refused(
      'unreadable',
      `It cannot be read (${code}). Check its rights and the disk it lies on.`,
      undefined,
      thrown,
    );
  }
}
