import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseDevice } from '../domain/devices.ts';
import { stoppedWords } from '../domain/model-switch.ts';
import type { DeviceCheck } from '../shared/device-check.ts';
import { Bug, Cancelled } from '../shared/errors.ts';
import type { ModelSwitch } from '../shared/ledger-ports.ts';
import type {
  AnalysisOutcome,
  AnalyzeRequest,
  CancelSignal,
  DeviceInspector,
  Engine,
  PackExaminer,
  PackInspector,
} from '../shared/ports.ts';
import { type ModelsPolicy, NO_MODELS_POLICY } from '../shared/policy.ts';
import type { RemotePolicy } from '../shared/remote.ts';
import { analyzeWithPack, type EngineParts } from './analyze-with-pack.ts';
import { type ChildRunner, createChildRunner } from './child-runner.ts';
import { type EngineSpawner, nodeSpawner } from './engine-child.ts';
import { checkDevice } from './check-device.ts';
import { examinePack } from './examine-pack.ts';
import { contentSha256, packFiles } from './pack-files.ts';
import { wantedModels } from './wanted-models.ts';
import { openPackShelf } from './pack-shelf.ts';
import { createRemoteStanding } from './remote-standing.ts';
import { checkGoldens } from './check-goldens.ts';

export interface EngineOptions {
  /** The folder that holds one folder a pack: `models` of the checkout, or of the installed resources. */
  readonly packsDirectory: string;
  /** Where installed packs lie, `id/version/`; none unless told. */
  readonly installedDirectory?: string;
  /** Whose signatures count, and which versions are pinned; nothing of it unless told. */
  readonly policy?: ModelsPolicy;
  /** The build, for the record. */
  readonly overreadVersion: string;
  /** How the child is started; a forked Node unless told. */
  readonly spawn?: EngineSpawner;
  /** A child that says nothing for so long while it works is killed; 120,000 unless told. */
  readonly stallTimeoutMs?: number;
  /**
   * What the last self-test of devices found, of every model; asked at each run. Without it a device that is asked for is tried, and falls
   * back to the CPU where it does not start.
   */
  readonly deviceChecks?: () => readonly DeviceCheck[];
  /** The server that the policy names. It is used only for what `deviceChecks` holds of it; without it no socket is opened. */
  readonly remote?: RemotePolicy | null;
  /** Which models an administrator has stopped; asked at each run. None unless told. */
  readonly switches?: () => readonly ModelSwitch[];
}

export interface LocalEngine extends Engine, PackInspector, PackExaminer, DeviceInspector {
  /** The child's process id while there is one; for tests and diagnosis. */
  pid(): number | undefined;
}

const STALL_TIMEOUT_MS = 120_000;

/** The engine of this machine. The child starts with the first request and ends with `close()`, or with this process. */
export function createEngine(options: EngineOptions): LocalEngine {
  const policy = options.policy ?? NO_MODELS_POLICY;
  const shelf = openPackShelf({
    builtIn: options.packsDirectory,
    installed: options.installedDirectory ?? null,
    policy,
  });
  const runner: ChildRunner = createChildRunner(
    options.spawn ?? nodeSpawner(),
    options.stallTimeoutMs ?? STALL_TIMEOUT_MS,
  );
  let mapsDirectory: string | null = null;
  /** Masks and heatmaps pass through a folder that only this user can read (mkdtemp makes it 0700). */
  const mapsFolder = (): string => (mapsDirectory ??= mkdtempSync(join(tmpdir(), 'overread-engine-')));
  const { deviceChecks, overreadVersion } = options;
  const remote = createRemoteStanding(options.remote ?? null, deviceChecks ?? null);
  const choose: EngineParts['chooseDevice'] = (pack, asked) => {
    const { choice = null, use = null } = remote.choiceFor(pack) ?? {};
    const served = use === null ? {} : { remote: use };
    if (deviceChecks === undefined && asked !== 'remote') return { device: asked, fallback: null };
    const { sha256 } = pack.manifest.weights;
    const own = deviceChecks?.().filter(({ model }) => model.sha256 === sha256) ?? [];
    const chosen = chooseDevice(asked, process.platform, own, choice);
    return chosen.device === 'remote' ? { ...chosen, ...served } : chosen;
  };
  const stopped: EngineParts['stopped'] = (modelId, version) =>
    stoppedWords(options.switches?.() ?? [], modelId, version);
  const parts: EngineParts = {
    runner,
    shelf,
    mapsFolder,
    overreadVersion,
    chooseDevice: choose,
    remote,
    stopped,
  };

  return {
    packs: () => shelf.packs().map((pack) => pack.manifest),
    everyVersion: () => shelf.everyVersion().map((pack) => pack.manifest),
    onShelf: () => shelf.onShelf(),
    pid: () => runner.pid(),
    start: () => runner.start(),

    async analyze(request: AnalyzeRequest, signal?: CancelSignal): Promise<AnalysisOutcome[]> {
      if (signal?.aborted === true) throw new Cancelled();
      if (request.exactly !== undefined && request.modelIds?.length !== 1) {
        throw new Bug('Exactly one version was asked for, but not of exactly one model.');
      }
      const look = shelf.look();
      // A replay, which names exactly one version, checks what was recorded: it is no reading, and a stop does not keep it.
      const ours = request.exactly === undefined ? parts : { ...parts, stopped: () => null };
      const wanted = wantedModels(shelf, look, policy, request);
      return Promise.all(
        wanted.map(({ id, exactly }) => {
          const one = exactly === undefined ? request : { ...request, exactly };
          return analyzeWithPack(ours, look, id, one, signal);
        }),
      );
    },

    checkGoldens: (packId, device, signal, exactly) => checkGoldens(parts, packId, device, signal, exactly),
    examine: (directory, signal) => examinePack(runner, directory, policy, signal),
    contentOf: (directory) => contentSha256(packFiles(directory)),

    async checkDevice(packId, device, signal) {
      const pack = shelf.pack(packId);
      const check = await checkDevice(
        { spawn: options.spawn ?? nodeSpawner(), timeoutMs: options.stallTimeoutMs ?? STALL_TIMEOUT_MS },
        pack,
        { device, remote: device === 'remote' ? remote.addressOf(pack) : null },
        signal,
      );
      if (device === 'remote') remote.tested();
      return check;
    },
    remoteAddress: (packId) => remote.addressOf(shelf.pack(packId)),
    isRemoteInDoubt: () => remote.inDoubt(),

    async close() {
      await runner.close();
      if (mapsDirectory !== null) rmSync(mapsDirectory, { recursive: true, force: true });
      mapsDirectory = null;
    },
  };
}
