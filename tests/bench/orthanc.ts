import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** An Orthanc of our own, on this machine's loopback and in a folder of ours. */
export interface Orthanc {
  readonly version: string;
  /** Sends files to POST /instances over so many connections that stay open; files a second. */
  send(paths: readonly string[], connections: number): Promise<number>;
  /** How many instances it holds. */
  instances(): Promise<number>;
  stop(): Promise<void>;
}

/** Null where Orthanc is not installed (Debian: `apt-get install --no-install-recommends orthanc`). */
export async function startOrthanc(directory: string): Promise<Orthanc | null> {
  const told = spawnSync('Orthanc', ['--version'], { encoding: 'utf8' });
  if (told.error !== undefined || told.status !== 0) return null;
  const version = /\d+\.\d+\.\d+/.exec(told.stdout)?.[0] ?? 'of unknown version';
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const configuration = join(directory, 'orthanc.json');
  writeFileSync(configuration, JSON.stringify(settings(directory, port)));
  const child = spawn('Orthanc', [configuration], { stdio: 'ignore' });
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const call = (path: string, body?: Buffer) => ask(agent, port, path, body);
  await started(child, call);
  return {
    version,
    async send(paths, connections) {
      const start = performance.now();
      let next = 0;
      const line = async (): Promise<void> => {
        for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
          await call('/instances', readFileSync(path));
        }
      };
      await Promise.all(Array.from({ length: connections }, line));
      return (paths.length * 1000) / (performance.now() - start);
    },
    async instances() {
      const { CountInstances } = JSON.parse(await call('/statistics')) as { CountInstances: number };
      return CountInstances;
    },
    async stop() {
      agent.destroy();
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      // It writes down what it knows first; what it still holds after that is in a folder that is removed.
      const late = setTimeout(20_000).then(() => child.kill('SIGKILL'));
      await Promise.race([ended, late]);
    },
  };
}

/** Its own defaults but for what would slow it down or reach outside: no compression, no sums beside the files, no DICOM port. */
function settings(directory: string, port: number): object {
  return {
    Name: 'bench',
    StorageDirectory: join(directory, 'storage'),
    IndexDirectory: join(directory, 'index'),
    StorageCompression: false,
    StoreMD5ForAttachments: false,
    Plugins: [],
    DicomServerEnabled: false,
    HttpServerEnabled: true,
    HttpPort: port,
    HttpThreadsCount: 16,
    KeepAlive: true,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    SaveJobs: false,
  };
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function started(child: ChildProcess, call: (path: string) => Promise<string>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`Orthanc ended with ${child.exitCode} as it started.`);
    const up = await call('/system').then(
      () => true,
      () => false,
    );
    if (up) return;
    await setTimeout(100);
  }
  child.kill('SIGKILL');
  throw new Error('Orthanc did not answer within 30 s.');
}

function ask(agent: Agent, port: number, path: string, body?: Buffer): Promise<string> {
  return new Promise((done, failed) => {
    const method = body === undefined ? 'GET' : 'POST';
    const headers =
      body === undefined ? {} : { 'content-type': 'application/dicom', 'content-length': body.length };
    const sent = request({ agent, host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) done(text);
        else failed(new Error(`Orthanc answered ${response.statusCode} to ${method} ${path}: ${text}`));
      });
    });
    sent.on('error', failed);
    sent.end(body);
  });
}
