import { installPack } from '../../../services/install-pack.ts';
import { removePack } from '../../../services/remove-pack.ts';
import type { ModelsInstall } from '../../../shared/command-line.ts';
import type { Command } from '../command.ts';
import { signatureWords } from '../signature-words.ts';
import { plainLine } from '../table.ts';
import { withEngine } from '../with-engine.ts';
import { withStore } from '../with-store.ts';

function running(id: string, version: string | null): string {
  return version === null
    ? `No version of ${id} can run now.`
    : `Version ${version} of ${id} reads studies now.`;
}

function words({ id, version, status, signature, keyId, running: runs, goldens }: ModelsInstall): string[] {
  if (status === 'already-installed') return [`${id} ${version} is there already; nothing was changed.`];
  return [
    `${id} ${version} is installed: ${goldens.length} golden ${goldens.length === 1 ? 'case' : 'cases'} reproduced; ${signatureWords(signature, keyId)}.`,
    running(id, runs),
  ];
}

export const modelsInstallCommand: Command = {
  name: 'models install',
  usage: 'FILE|FOLDER [--older]',
  summary:
    'Install a model pack (.overreadpack, or its folder) beside the versions that are there, after everything in it was checked; audited. --older takes a version older than what is there.',
  options: { older: { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const [source = ''] = call.positionals;
    const done = await withStore(call, (store) =>
      withEngine(call, (packs) =>
        installPack({
          store,
          packs,
          source,
          actor: 'operator',
          allowOlder: call.flag('older'),
          signal: call.signal,
        }),
      ),
    );
    const lines = [...words(done), 'For research use, not for diagnosis.'];
    return { json: done, text: lines.map(plainLine).join('\n'), exit: 0 };
  },
};

export const modelsRemoveCommand: Command = {
  name: 'models remove',
  usage: 'ID[@VERSION]',
  summary:
    'Remove an installed model pack; audited. Records that it made stay, and cannot be replayed until it is installed again.',
  options: {},
  positionals: { min: 1, max: 1 },
  async run(call) {
    const [named = ''] = call.positionals;
    const done = await withStore(call, (store) =>
      withEngine(call, (packs) => Promise.resolve(removePack({ store, packs, named, actor: 'operator' }))),
    );
    const text = `${done.id} ${done.version} is removed. ${running(done.id, done.running)}`;
    return { json: done, text: plainLine(text), exit: 0 };
  },
};
