import { toOverreadError, toWire, type OverreadError } from '../../shared/errors.ts';
import { product } from '../shared/product.ts';
import { type NamedCommand, WrongUse } from './command.ts';
import { commands as allCommands } from './commands/index.ts';
import { helpOf, overview } from './help.ts';
import { type ParsedLine, parseLine } from './parse-line.ts';

export interface Streams {
  /** The answer, and nothing else. Resolves when it is written. */
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
}

export type ExitCode = 0 | 1 | 2 | 3;

function exitOf(error: OverreadError): ExitCode {
  if (error instanceof WrongUse) return 2;
  return error.type === 'unavailable' ? 3 : 1;
}

/** Our own fault comes with where it happened, for the report. */
function words(error: OverreadError): string {
  const origin = error.cause instanceof Error ? error.cause : error;
  return error.type === 'bug'
    ? `overread: something went wrong that is Overread's fault: ${origin.stack ?? error.message}`
    : `overread: ${error.message}`;
}

async function wholeHelp(commands: readonly NamedCommand[]): Promise<string> {
  return overview(await Promise.all(commands.map((one) => one.load())));
}

async function answer(
  line: ParsedLine,
  commands: readonly NamedCommand[],
  streams: Streams,
): Promise<ExitCode> {
  const { command, call, json } = line;
  if (line.version) {
    const { version } = product();
    await streams.out(json ? `${JSON.stringify({ version })}\n` : `${version}\n`);
    return 0;
  }
  if (line.help) {
    await streams.out(`${command === null ? await wholeHelp(commands) : helpOf(command)}\n`);
    return 0;
  }
  if (command === null) throw new WrongUse(await wholeHelp(commands));
  const given = await command.run({
    ...call,
    data: call.data(),
    say: (text) => streams.err(`${text}\n`),
    signal: streams.signal,
  });
  await streams.out(`${json ? JSON.stringify(given.json) : given.text}\n`);
  await given.until;
  return given.exit;
}

/** `overread help` and `overread help COMMAND` are other words for `--help`. */
function helpAsOption(args: readonly string[]): readonly string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : args;
}

/** Runs one line of arguments; gives the exit code. Never throws: what went wrong is said, with `--json` as a document too. */
export async function runLine(
  args: readonly string[],
  streams: Streams,
  commands: readonly NamedCommand[] = allCommands,
): Promise<ExitCode> {
  try {
    return await answer(await parseLine(helpAsOption(args), commands), commands, streams);
  } catch (thrown) {
    const error = toOverreadError(thrown);
    streams.err(`${words(error)}\n`);
    if (args.includes('--json')) await streams.out(`${JSON.stringify({ error: toWire(error) })}\n`);
    return exitOf(error);
  }
}
