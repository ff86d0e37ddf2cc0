import { resolve } from 'node:path';
import { checkPack } from '../../../services/check-pack.ts';
import { makeKey, makePack } from '../../../services/make-pack.ts';
import { NO_INFERENCE_POLICY, NO_MODELS_POLICY } from '../../../shared/policy.ts';
import { type Command, WrongUse } from '../command.ts';
import { signatureWords } from '../signature-words.ts';
import { plainLine } from '../table.ts';
import { withEngine } from '../with-engine.ts';

export const modelsCheckCommand: Command = {
  name: 'models check',
  usage: 'FOLDER|FILE',
  summary:
    "All that 'models install' would look at in a model pack, without installing it, and hints that would make the pack better.",
  options: {},
  positionals: { min: 1, max: 1 },
  async run(call) {
    const [source = ''] = call.positionals;
    const checked = await withEngine(call, (packs) => checkPack({ packs, source, signal: call.signal }));
    const lines = [
      checked.ok
        ? `${checked.id} ${checked.version} can be installed: ${checked.goldens.length} golden cases reproduced; ${signatureWords(checked.signature ?? 'not-signed', null)}.`
        : `It would be refused (${checked.code}): ${checked.reason}`,
      ...checked.hints.map((hint) => `hint: ${hint}`),
    ];
    return { json: checked, text: lines.map(plainLine).join('\n'), exit: checked.ok ? 0 : 1 };
  },
};

export const modelsPackCommand: Command = {
  name: 'models pack',
  usage: 'FOLDER --out FILE.overreadpack [--key KEYFILE]',
  summary:
    "Make one file of a model pack's folder, after everything in it was checked; with --key signed by that key ('models keygen').",
  options: { out: { type: 'string' }, key: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const out = call.text('out');
    const keyFile = call.text('key');
    const [source = ''] = call.positionals;
    if (out === undefined || out === '') throw new WrongUse('--out FILE says where to write the pack.');
    if (keyFile === '') throw new WrongUse('--key is empty: name the file of the key.');
    // Whom this site trusts says nothing about a pack that is being made.
    const made = await withEngine(
      call,
      (packs) =>
        makePack({
          packs,
          source,
          out: resolve(out),
          keyFile: keyFile === undefined ? null : resolve(keyFile),
          signal: call.signal,
        }),
      { models: NO_MODELS_POLICY, inference: NO_INFERENCE_POLICY },
    );
    const text = `Written: ${made.path} (${made.id} ${made.version}, ${made.bytes} bytes, ${made.keyId === null ? 'not signed' : `signed by ${made.keyId}`})`;
    return { json: made, text: plainLine(text), exit: 0 };
  },
};

export const modelsKeygenCommand: Command = {
  name: 'models keygen',
  usage: '--out KEYFILE',
  summary:
    'Make a key to sign model packs with. Keep KEYFILE secret; what is printed goes into the policy of who shall trust it.',
  options: { out: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  run(call) {
    const out = call.text('out');
    if (out === undefined || out === '') throw new WrongUse('--out KEYFILE says where to write the key.');
    const key = makeKey(resolve(out));
    const trusted = JSON.stringify({ id: key.keyId, publicKey: key.publicKey });
    const text = `The key is in ${key.path}, readable by you alone. In the policy of who trusts it (models.trustedKeys):\n${trusted}`;
    return Promise.resolve({ json: key, text, exit: 0 });
  },
};
