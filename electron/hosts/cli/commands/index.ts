import type { Command } from '../command.ts';
import { analyzeCommand } from './analyze.ts';
import { decodeCommand } from './decode.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { modelsListCommand, modelsVerifyCommand } from './models.ts';
import { serveCommand } from './serve.ts';
import { studiesCommand } from './studies.ts';
import { verifyCommand } from './verify.ts';

/** What this build can do; what it cannot do yet is absent. */
export const commands: readonly Command[] = [
  importCommand,
  studiesCommand,
  analyzeCommand,
  decodeCommand,
  exportCommand,
  serveCommand,
  verifyCommand,
  modelsListCommand,
  modelsVerifyCommand,
];
