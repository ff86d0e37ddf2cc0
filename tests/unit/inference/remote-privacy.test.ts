import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPack, readPackFile } from '../../../electron/inference/load-pack.ts';
import { prepareImage } from '../../../electron/inference/prepare-image.ts';
import { preprocess } from '../../../electron/inference/preprocess/preprocess.ts';
import { frameFromPng } from '../../../electron/inference/run-goldens.ts';
import { makeCertificates } from '../../fixtures/test-certificates.ts';
import { writeTestImage } from '../../fixtures/test-image.ts';
import { SIZE } from '../../fixtures/test-pack.ts';
import { home, packs, policyOf, startServer, world } from './remote-world.ts';

/** What must not leave: tags, UIDs and all that names the file and the machine. */
const SECRETS = {
  patientName: 'SECRETNAME^JANE',
  patientID: 'PID-99871',
  birthDate: '19610203',
  accession: 'ACC-55443',
  institution: 'ST SECRET HOSPITAL',
  studyDate: '20260401',
  description: 'SECRET CHEST',
  studyUID: '1.2.3.77',
  folder: 'secret-folder',
};

const folder = join(home, SECRETS.folder);
mkdirSync(folder);
const image = writeTestImage(join(folder, 'secretname_jane.dcm'), {
  study: 77,
  number: 5,
  pixels: Uint16Array.from({ length: 48 * 40 }, (_, at) => (at * 13) % 900),
  rows: 48,
  columns: 40,
  tags: {
    '00100010': ['PN', SECRETS.patientName],
    '00100020': ['LO', SECRETS.patientID],
    '00100030': ['DA', SECRETS.birthDate],
    '00080050': ['SH', SECRETS.accession],
    '00080080': ['LO', SECRETS.institution],
    '00080020': ['DA', SECRETS.studyDate],
    '00081030': ['LO', SECRETS.description],
  },
});

interface Sent {
  readonly line: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Takes a connection's bytes apart into requests; fails where anything is left over. */
function takeApart(bytes: Buffer): Sent[] {
  const sent: Sent[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n');
    expect(end, 'a whole head').toBeGreaterThan(0);
    const [line = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(lines.map((one) => one.split(': ') as [string, string]));
    const length = Number(headers['Content-Length'] ?? 0);
    sent.push({ line, headers, body: rest.subarray(end + 4, end + 4 + length) });
    rest = rest.subarray(end + 4 + length);
  }
  return sent;
}

const float32 = (values: Float32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** The two tensors that may be sent: the pack's own golden case and the preprocessed image; made here by the same steps. */
async function tensors(): Promise<Float32Array[]> {
  const pack = loadPack(join(packs, 'plain'));
  const golden = pack.manifest.golden[0]?.input ?? '';
  const attributes = image.header.image;
  if (attributes === null) throw new Error('The test image has no pixels.');
  const { rows, columns, pixelSpacing } = attributes;
  const { path } = image.location;
  const { input } = await prepareImage(
    { path, sha256: image.sha256, frame: 0, rows, columns, pixelSpacing },
    pack.manifest,
  );
  return [
    preprocess(frameFromPng(readPackFile(pack.directory, golden)), (stored) => stored, pack.manifest),
    input,
  ];
}

/** The whole body of a request for one tensor, written out here by hand from the published protocol. */
function bodyOf(tensor: Float32Array, binary: boolean): Buffer {
  const shape = `[1,1,${SIZE},${SIZE}]`;
  const outputs = ['mask', 'logit', 'map'];
  if (!binary) {
    return Buffer.from(
      `{"inputs":[{"name":"image","shape":${shape},"datatype":"FP32","data":[${Array.from(tensor).join(',')}]}],` +
        `"outputs":[${outputs.map((name) => `{"name":"${name}"}`).join(',')}]}`,
    );
  }
  const json =
    `{"inputs":[{"name":"image","shape":${shape},"datatype":"FP32","parameters":{"binary_data_size":${4 * SIZE * SIZE}}}],` +
    `"outputs":[${outputs.map((name) => `{"name":"${name}","parameters":{"binary_data":true}}`).join(',')}]}`;
  return Buffer.concat([Buffer.from(json), float32(tensor)]);
}

/** A word in the forms in which it might travel. */
function forms(word: string): Buffer[] {
  const bytes = Buffer.from(word, 'utf8');
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4)
      .replace(/.{2}={0,2}$/, ''),
  );
  return [
    bytes,
    Buffer.from(word, 'utf16le'),
    Buffer.from(word.toLowerCase(), 'utf8'),
    Buffer.from(encodeURIComponent(word)),
    Buffer.from(bytes.toString('hex')),
    ...base64.filter((text) => text.length >= 6).map((text) => Buffer.from(text)),
  ];
}

describe('what a server receives', () => {
  const certificates = makeCertificates(home);
  const tokenFile = join(home, 'token');
  writeFileSync(tokenFile, 'a-token', { mode: 0o600 });

  it.each([
    ['binary', true],
    ['json', false],
  ])(
    'is, byte for byte, the model’s name and the network’s input: %s',
    async (_, binary) => {
      const server = await startServer({ tls: certificates.server, token: 'a-token', binary });
      const { test, read } = world(policyOf(server, { caFile: certificates.caFile, tokenFile }));
      expect(await test()).toMatchObject([{ state: 'same' }]);
      const { record } = await read([image], { withMaps: true, stated: { age: 65 } });
      expect(record.runtime.device).toBe('remote');

      const sent = server.received.flatMap((connection) => takeApart(Buffer.concat(connection)));
      const [golden, own] = (await tensors()) as [Float32Array, Float32Array];
      const bodies = [golden, own].map((tensor) => bodyOf(tensor, binary));
      const gets = ['/v2/health/ready', '/v2', '/v2/models/plain/ready', '/v2/models/plain'];
      const seen = { golden: 0, own: 0 };
      for (const { line, headers, body } of sent) {
        const isGet = line.startsWith('GET');
        if (isGet) expect(gets.map((path) => `GET ${path} HTTP/1.1`)).toContain(line);
        else expect(line).toBe('POST /v2/models/plain/infer HTTP/1.1');
        expect(headers).toEqual({
          Host: `127.0.0.1:${server.port}`,
          Connection: 'keep-alive',
          Authorization: 'Bearer a-token',
          ...(isGet ? {} : { 'Content-Length': String(body.length) }),
          ...(isGet || binary ? {} : { 'Content-Type': 'application/json' }),
          ...(isGet || !binary
            ? {}
            : {
                'Content-Type': 'application/octet-stream',
                'Inference-Header-Content-Length': String(body.length - 4 * SIZE * SIZE),
              }),
        });
        if (isGet) expect(body).toHaveLength(0);
        else if (body.equals(bodies[0] as Buffer)) seen.golden += 1;
        else if (body.equals(bodies[1] as Buffer)) seen.own += 1;
        else throw new Error(`Something else was sent: ${body.subarray(0, 300).toString('latin1')}`);
      }
      // Golden case: the test, and the look before the work; the image once.
      expect(seen).toEqual({ golden: 2, own: 1 });

      const all = Buffer.concat(server.received.flat());
      const words = [
        ...Object.values(SECRETS),
        image.header.sopInstanceUID,
        image.header.seriesInstanceUID,
        image.sha256,
        record.recordId,
        record.inputs[0]?.pixelSha256 ?? '',
        hash('sha256', SECRETS.patientID),
        'SECRETNAME',
        'overread',
        home,
        ...(hostname().length > 3 ? [hostname()] : []),
        ...(userInfo().username.length > 4 ? [userInfo().username] : []),
      ];
      for (const word of words)
        for (const form of forms(word))
          expect(all.includes(form), `${word} as ${form.toString('latin1')}`).toBe(false);
      // The search finds what is there.
      expect(forms('models/plain').some((form) => all.includes(form))).toBe(true);
    },
    60_000,
  );
});
