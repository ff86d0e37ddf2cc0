import type { NamedCommand } from '../command.ts';

/** What this build can do; what it cannot do yet is absent. Loaded when named: a list of studies needs no PDF writer. */
export const commands: readonly NamedCommand[] = [
  { name: 'import', load: async () => (await import('./import.ts')).importCommand },
  { name: 'studies', load: async () => (await import('./studies.ts')).studiesCommand },
  { name: 'analyze', load: async () => (await import('./analyze.ts')).analyzeCommand },
  { name: 'replay', load: async () => (await import('./replay.ts')).replayCommand },
  { name: 'decode', load: async () => (await import('./decode.ts')).decodeCommand },
  { name: 'export', load: async () => (await import('./export.ts')).exportCommand },
  { name: 'refusals', load: async () => (await import('./refusals.ts')).refusalsCommand },
  { name: 'refusals retry', load: async () => (await import('./refusals.ts')).refusalsRetryCommand },
  { name: 'referrals', load: async () => (await import('./referrals.ts')).referralsCommand },
  { name: 'serve', load: async () => (await import('./serve.ts')).serveCommand },
  { name: 'verify', load: async () => (await import('./verify.ts')).verifyCommand },
  { name: 'audit verify', load: async () => (await import('./audit.ts')).auditVerifyCommand },
  { name: 'backup', load: async () => (await import('./backup.ts')).backupCommand },
  { name: 'backup list', load: async () => (await import('./backup.ts')).backupListCommand },
  { name: 'backup verify', load: async () => (await import('./backup.ts')).backupVerifyCommand },
  { name: 'restore', load: async () => (await import('./restore.ts')).restoreCommand },
  { name: 'models list', load: async () => (await import('./models.ts')).modelsListCommand },
  { name: 'models check', load: async () => (await import('./models-make.ts')).modelsCheckCommand },
  { name: 'models pack', load: async () => (await import('./models-make.ts')).modelsPackCommand },
  { name: 'models keygen', load: async () => (await import('./models-make.ts')).modelsKeygenCommand },
  { name: 'models from-monai', load: async () => (await import('./models-monai.ts')).modelsFromMonaiCommand },
  { name: 'models install', load: async () => (await import('./models-install.ts')).modelsInstallCommand },
  { name: 'models remove', load: async () => (await import('./models-install.ts')).modelsRemoveCommand },
  { name: 'models verify', load: async () => (await import('./models.ts')).modelsVerifyCommand },
];
