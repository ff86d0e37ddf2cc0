/** `node remote-server.ts binary|json NAME MODEL.onnx`: the tests' server in a process of its own; prints its url, and ends with its standard input. */
import { readFileSync } from 'node:fs';
import { startInferenceServer } from '../fixtures/open-inference-server.ts';

const [encoding = '', name = '', path = ''] = process.argv.slice(2);
const models = { [name]: { onnx: readFileSync(path) } };
const server = await startInferenceServer({ models, binary: encoding === 'binary' });
process.stdout.write(`${server.url}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
