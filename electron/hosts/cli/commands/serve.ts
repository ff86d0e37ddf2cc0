import { serve } from '../../browser/serve.ts';
import { type Command, WrongUse } from '../command.ts';

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return port;
  throw new WrongUse('--port takes a number from 0 (any free one) to 65535.');
}

export const serveCommand: Command = {
  name: 'serve',
  usage: '[--port N] [--no-open] [--watch DIR]…',
  summary:
    'The workstation in a browser on this machine (127.0.0.1). Ends with its window, or with Ctrl-C. New files in watched folders are imported by themselves.',
  options: {
    port: { type: 'string' },
    'no-open': { type: 'boolean' },
    watch: { type: 'string', multiple: true },
  },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const { url, port, closed } = await serve({
      data: call.data,
      port: portOf(call.text('port')),
      open: !call.flag('no-open'),
      watch: call.texts('watch'),
      say: (line) => call.say(line),
    });
    const text = `Overread answers on this machine. Open this address (it works once): ${url}`;
    return { json: { url, port }, text, exit: 0, until: closed };
  },
};
