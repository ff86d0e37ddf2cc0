import { Bug } from '../shared/errors.ts';
import type { Engine, PackInspector } from '../shared/ports.ts';
import type { EngineSpawner } from './engine-child.ts';

export interface EngineOptions {
  /** The folder that holds one folder a pack: `models` of the checkout, or of the installed resources. */
  readonly packsDirectory: string;
  /** The build, for the record. */
  readonly overreadVersion: string;
  /** How the child is started; a forked Node unless told. */
  readonly spawn?: EngineSpawner;
  /** A child that says nothing for so long while it works is killed; 120,000 unless told. */
  readonly stallTimeoutMs?: number;
}

export type LocalEngine = Engine & PackInspector;

/** The engine of this machine. The child starts with the first request and ends with `close()`. */
export function createEngine(_options: EngineOptions): LocalEngine {
  throw new Bug('create-engine is not built yet');
}
