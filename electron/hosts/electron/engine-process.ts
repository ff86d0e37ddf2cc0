import type { UtilityProcess } from 'electron';
import type { EngineChild, EngineSpawner } from '../../inference/engine-child.ts';

interface Forker {
  fork(
    path: string,
    args: string[],
    options: { serviceName: string; stdio: 'pipe'; env: NodeJS.ProcessEnv },
  ): UtilityProcess;
}

/** The engine in a utility process: `fork` of Node is not there in Electron, since its fuse RunAsNode is off. */
export function utilitySpawner(utilityProcess: Forker, path: string): EngineSpawner {
  return (): EngineChild => {
    const child = utilityProcess.fork(path, [], {
      serviceName: 'Overread engine',
      stdio: 'pipe',
      // TF32 rounds float32 to 10 bits of mantissa on newer NVIDIA GPUs: off, so that a GPU gives the CPU's numbers.
      env: { ...process.env, NVIDIA_TF32_OVERRIDE: '0' },
    });
    return {
      pid: child.pid,
      send: (message) => child.postMessage(message),
      onMessage: (listener) => {
        child.on('message', listener);
      },
      onExit: (listener) => {
        child.once('exit', (code) => listener(`exit code ${code}`));
      },
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream?.on('data', (chunk: unknown) => listener(String(chunk)));
        }
      },
      kill: () => {
        child.kill();
      },
    };
  };
}
