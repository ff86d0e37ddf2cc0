import type { Command } from './command.ts';

const GLOBAL = `  --data DIR   the data folder; else OVERREAD_DATA, else the system's place for application data
  --json       one JSON document on stdout, everything else on stderr
  --help       this text, or that of one command
  --version    the build

Exit: 0 done, 1 done but something was refused or failed, 2 wrong use, 3 cannot run here.
For research use, not for diagnosis.`;

/** The help of the whole command line. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Use: overread COMMAND [options]\n\n${lines.join('\n')}\n\n${GLOBAL}`;
}

/** The help of one command. */
export function helpOf({ name, usage, summary }: Command): string {
  return `Use: ${`overread ${name} ${usage}`.trimEnd()}\n\n${summary}\n\n${GLOBAL}`;
}
