import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { launchOptions } from '../e2e/chromium.ts';

/** A window of the workstation that nothing records. */
export interface BareWindow {
  /** The value of an expression, or of its promise, in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until an expression is true in the page. */
  until(expression: string, seconds: number): Promise<void>;
  /** Types into the field with this label, whatever it held. */
  fill(label: string, text: string): Promise<void>;
  click(selectorOrName: { readonly selector: string } | { readonly name: string }): Promise<void>;
  doubleClick(selector: string): Promise<void>;
  press(key: string): Promise<void>;
  close(): Promise<void>;
}

interface Reply {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value: unknown }; readonly exceptionDetails?: unknown };
  readonly error?: { readonly message: string };
}

/**
 * Opens the installed browser at an address. Driven by DevTools without its network domain: Playwright turns that on, and then the
 * window's process keeps up to 200 MB of replies for the inspector, which no user's window does.
 */
export async function openBareWindow(url: string): Promise<BareWindow> {
  const { executablePath, args = [] } = launchOptions();
  if (executablePath === undefined) throw new Error('There is no browser here: install chromium.');
  const profile = mkdtempSync(join(tmpdir(), 'overread-bench-window-'));
  const child = spawn(
    executablePath,
    [
      ...args,
      '--headless=new',
      '--window-size=1600,1000',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      url,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise((done) => child.once('exit', done));
  const port = await portOf(profile);
  const send = await connect(port);

  async function evaluate<T>(expression: string): Promise<T> {
    const { result } = await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (result?.exceptionDetails !== undefined) {
      throw new Error(`The page threw in ${expression}: ${JSON.stringify(result.exceptionDetails)}`);
    }
    return result?.result?.value as T;
  }
  async function until(expression: string, seconds: number): Promise<void> {
    for (const start = performance.now(); performance.now() - start < seconds * 1000; await setTimeout(50)) {
      // While the page is being loaded there is nothing to ask.
      const here = await evaluate<boolean>(`Boolean(${expression})`).catch((thrown: unknown) => {
        if (String(thrown).includes('execution context')) return false;
        throw thrown;
      });
      if (here) return;
    }
    throw new Error(`The page did not come to this within ${seconds} s: ${expression}`);
  }
  const field = (label: string): string =>
    `[...document.querySelectorAll('label')].find((one) => one.textContent.trim().startsWith(${JSON.stringify(label)}))?.control`;
  return {
    evaluate,
    until,
    async fill(label, text) {
      await until(field(label), 20);
      await evaluate(`${field(label)}.focus(), ${field(label)}.select()`);
      await send('Input.insertText', { text });
    },
    async click(what) {
      const element =
        'selector' in what
          ? `document.querySelector(${JSON.stringify(what.selector)})`
          : `[...document.querySelectorAll('button')].find((one) => one.textContent.trim() === ${JSON.stringify(what.name)} && !one.disabled)`;
      await until(element, 20);
      await evaluate(`${element}.click()`);
    },
    async doubleClick(selector) {
      const element = `document.querySelector(${JSON.stringify(selector)})`;
      await until(element, 20);
      await evaluate(`${element}.dispatchEvent(new MouseEvent('dblclick', { bubbles: true })) && true`);
    },
    async press(key) {
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key });
    },
    async close() {
      child.kill('SIGTERM');
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

async function portOf(profile: string): Promise<number> {
  const file = join(profile, 'DevToolsActivePort');
  for (let tries = 0; tries < 600; tries++) {
    const [port] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    if (port !== undefined && port !== '') return Number(port);
    await setTimeout(50);
  }
  throw new Error('The browser did not start within 30 s.');
}

/** Asks the one page of the browser. */
async function connect(port: number): Promise<(method: string, params: object) => Promise<Reply>> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const page = targets.find(({ type }) => type === 'page');
  if (page === undefined) throw new Error('The browser has no page.');
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await new Promise<void>((done, failed) => {
    socket.addEventListener('open', () => done());
    socket.addEventListener('error', () => failed(new Error('The page takes no connection.')));
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id === undefined) return;
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  let last = 0;
  return async (method, params) => {
    last += 1;
    const id = last;
    const answered = new Promise<Reply>((done) => waiting.set(id, done));
    socket.send(JSON.stringify({ id, method, params }));
    const reply = await answered;
    if (reply.error !== undefined) throw new Error(`${method}: ${reply.error.message}`);
    return reply;
  };
}
