import { resolve } from 'node:path';
import { onnxReader } from '../../../inference/onnx-model.ts';
import { draftFromMonai } from '../../../services/draft-monai.ts';
import { type Command, WrongUse } from '../command.ts';
import { plainLine } from '../table.ts';

export const modelsFromMonaiCommand: Command = {
  name: 'models from-monai',
  usage: 'BUNDLE --out FOLDER',
  summary:
    "Begin a model pack from a MONAI bundle that holds ONNX: what its metadata.json states, and a list of what is left to say before 'models check'.",
  options: { out: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  run(call) {
    const out = call.text('out');
    const [source = ''] = call.positionals;
    if (out === undefined || out === '') throw new WrongUse('--out FOLDER says where to make the pack.');
    const draft = draftFromMonai({ onnx: onnxReader, source, out: resolve(out) });
    const lines = [
      `Begun: ${draft.path} (${draft.id} ${draft.version}). metadata.json does not state:`,
      ...draft.open.map((one) => `  ${one}`),
    ];
    return Promise.resolve({ json: draft, text: lines.map(plainLine).join('\n'), exit: 0 });
  },
};
