import { runLine } from './run-line.ts';

/** `overread …`: this process's streams and signals around `runLine`. */
async function main(): Promise<void> {
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  process.on('SIGTERM', () => stop.abort());
  // Who reads our answer may stop reading (`overread studies | head`): not an error of ours.
  process.stdout.on('error', (error: Error) => {
    const code = 'code' in error ? error.code : error.message;
    if (code === 'EPIPE') process.exit(0);
    // A full disk behind a redirection, say: what was done is done, but nobody can read of it.
    process.stderr.write(`overread: the answer could not be written (${String(code)}).\n`);
    process.exit(3);
  });
  process.exitCode = await runLine(process.argv.slice(2), {
    out: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
    err: (text) => process.stderr.write(text),
    signal: stop.signal,
  });
}

await main();
