/**
 * The engine's process as its parent sees it. In Node it is a forked child; in Electron the host gives one made of
 * `utilityProcess`, since this layer does not know Electron.
 */
export interface EngineChild {
  readonly pid: number | undefined;
  /** Structured clone: typed arrays travel as they are. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, with how it ended in words: 'exit code 1', 'signal SIGKILL'. */
  onExit(listener: (how: string) => void): void;
  /** What it writes on stdout and stderr. */
  onOutput(listener: (text: string) => void): void;
  kill(): void;
}

/** Starts one child. Throws `Unavailable` where it cannot. */
export type EngineSpawner = () => EngineChild;
