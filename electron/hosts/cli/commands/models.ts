import { listPacks, verifyPacks } from '../../../services/verify-packs.ts';
import type { Command } from '../command.ts';
import { signatureWords } from '../signature-words.ts';
import { table } from '../table.ts';
import { switchesIn, withEngine } from '../with-engine.ts';

export const modelsListCommand: Command = {
  name: 'models list',
  usage: '',
  summary: 'The models of the build and the installed ones, every version of them, and who signed them.',
  options: {},
  positionals: { min: 0, max: 0 },
  async run(call) {
    const packs = await withEngine(call, (engine) =>
      Promise.resolve(listPacks(engine, switchesIn(call.data))),
    );
    const refused = packs.some(({ state }) => state === 'refused');
    const text = table(
      ['MODEL', 'VERSION', 'STATE', 'RUNS', 'SIGNATURE', 'NAME', 'SHA-256', 'REASON'],
      packs.map((p) => [
        p.id,
        p.version,
        p.state,
        p.stopped === null ? (p.runs ? 'yes' : 'no') : 'stopped',
        p.signature === null ? null : signatureWords(p.signature, p.keyId),
        p.name,
        p.sha256,
        p.reason ?? p.stopped,
      ]),
    );
    return { json: packs, text, exit: refused ? 1 : 0 };
  },
};

export const modelsVerifyCommand: Command = {
  name: 'models verify',
  usage: '[ID[@VERSION]…]',
  summary:
    "Hashes of every model (or those named), its golden cases against what Python's onnxruntime gave, its size and its time.",
  options: {},
  positionals: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const named = call.positionals.length > 0 ? { ids: call.positionals } : {};
    const packs = await withEngine(call, (engine) => verifyPacks(engine, { ...named, signal: call.signal }));
    const text = table(
      [
        'MODEL',
        'VERSION',
        'GOOD',
        'DEVICE',
        'GOLDENS',
        'SCORE DIFF',
        'OUTPUT DIFF',
        'MB',
        'MS AN IMAGE',
        'REASON',
      ],
      packs.map((p) => [
        p.id,
        p.version,
        p.ok ? 'yes' : 'NO',
        p.device,
        p.checks.length,
        p.maxScoreDifference,
        p.maxOutputDifference,
        p.bytes === null ? null : (p.bytes / 1e6).toFixed(1),
        p.run_ms?.toFixed(0) ?? null,
        p.reason,
      ]),
    );
    return { json: packs, text, exit: packs.every(({ ok }) => ok) ? 0 : 1 };
  },
};
