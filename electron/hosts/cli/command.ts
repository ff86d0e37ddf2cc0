import type { ParseArgsOptionsConfig } from 'node:util';
import { Refused } from '../../shared/errors.ts';

/** Given on the line, after `parseArgs`. */
export interface CommandCall {
  readonly positionals: readonly string[];
  /** A text option; undefined where it was not given. */
  text(name: string): string | undefined;
  /** A text option that may be given several times. */
  texts(name: string): string[];
  flag(name: string): boolean;
  /** The data folder, absolute. */
  readonly data: string;
  /** A line for a person: on stderr, so that stdout is the answer alone. */
  say(line: string): void;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a command prints. */
export interface Answer {
  /** The document of `--json`. */
  readonly json: unknown;
  /** The same for a person. */
  readonly text: string;
  /** 1 where something was refused or failed. */
  readonly exit: 0 | 1;
  /** Goes on after the answer was printed (`serve`). */
  readonly until?: Promise<void>;
}

/** One command, one file under commands/. */
export interface Command {
  /** One word, or two ('models list'); the same as in the list of commands. */
  readonly name: string;
  /** After the name, as in `PATH… [--modality DX]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: ParseArgsOptionsConfig;
  /** How many arguments without a dash it takes. */
  readonly positionals: { readonly min: number; readonly max: number };
  run(call: CommandCall): Promise<Answer>;
}

/** A command before its code is loaded. */
export interface NamedCommand {
  readonly name: string;
  load(): Promise<Command>;
}

/** Wrong use of the command line: exit 2, with what would be right. */
export class WrongUse extends Refused {
  constructor(message: string, code = 'wrong-use') {
    super(code, message);
  }
}
