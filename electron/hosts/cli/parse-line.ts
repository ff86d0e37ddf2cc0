import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { dataDirectory } from '../shared/data-directory.ts';
import { type Command, type CommandCall, type NamedCommand, WrongUse } from './command.ts';

const GLOBAL_OPTIONS = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

export interface ParsedLine {
  /** Null where none was named (only with --help or --version, or with nothing at all). */
  readonly command: Command | null;
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly call: Omit<CommandCall, 'say' | 'signal' | 'data'> & { data(): string };
}

/** Places of words that are not options; the value after a bare `--data` is one of its own. */
function* words(line: readonly string[]): Generator<number> {
  for (let place = 0; place < line.length; place += 1) {
    const one = line[place] ?? '';
    if (one === '--') return;
    if (one === '--data') place += 1;
    else if (!one.startsWith('-')) yield place;
  }
}

/** The command's one or two words wherever they stand among the global options, and the line without them. */
function takeCommand(
  line: readonly string[],
  commands: readonly NamedCommand[],
): { named: NamedCommand | null; rest: string[] } {
  const [first, second] = [...words(line)];
  if (first === undefined) return { named: null, rest: [...line] };
  const one = line[first] ?? '';
  const two = second === undefined ? one : `${one} ${line[second] ?? ''}`;
  const pair = commands.find(({ name }) => name === two && name.includes(' '));
  const single = commands.find(({ name }) => name === one);
  const named = pair ?? single;
  if (named === undefined) {
    throw new WrongUse(
      `There is no command '${one}' in this build. There are: ${commands.map(({ name }) => name).join(', ')}.`,
      'unknown-command',
    );
  }
  const taken = pair === undefined ? [first] : [first, second];
  return { named, rest: line.filter((_, place) => !taken.includes(place)) };
}

/** @throws WrongUse */
export async function parseLine(
  line: readonly string[],
  commands: readonly NamedCommand[],
): Promise<ParsedLine> {
  const { named, rest } = takeCommand(line, commands);
  const command = (await named?.load()) ?? null;
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(rest, command);
  } catch (thrown) {
    throw new WrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const { positionals } = parsed;
  const values = new Map<string, unknown>(Object.entries(parsed.values));
  const help = values.get('help') === true;
  if (command !== null && !help) checkCount(command, positionals.length);
  const text = (name: string): string | undefined => {
    const value = values.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    command,
    help,
    json: values.get('json') === true,
    version: values.get('version') === true,
    call: {
      positionals,
      text,
      texts(name) {
        const value = values.get(name);
        return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
      },
      flag: (name) => values.get(name) === true,
      data() {
        // An empty variable in a script must not put patients' files into the default folder.
        if (text('data') === '') throw new WrongUse('--data is empty: name the data folder.');
        return dataDirectory({ flag: text('data') });
      },
    },
  };
}

function parse(args: string[], command: Command | null) {
  const options: ParseArgsOptionsConfig = { ...command?.options, ...GLOBAL_OPTIONS };
  return parseArgs({ args, options, strict: true, allowPositionals: true });
}

function checkCount({ name, usage, positionals: { min, max } }: Command, count: number): void {
  if (count >= min && count <= max) return;
  throw new WrongUse(`Use: overread ${name} ${usage}`.trimEnd());
}
