import { lookup as systemLookup } from 'node:dns';
import { readFileSync, statSync } from 'node:fs';
import {
  Agent as PlainAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plain,
} from 'node:http';
import { Agent as TlsAgent, request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { RemoteAddress } from '../../shared/remote.ts';
import { addressFault, isLoopbackAddress, mustStayHere } from './judge-address.ts';
import { remoteFault, saidByServer } from './remote-fault.ts';

export interface Asked {
  /** Below the server's prefix: `/v2/…`. */
  readonly path: string;
  /** With a body it is a POST, without one a GET. */
  readonly body?: { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> };
  /** An answer that is longer is broken off. */
  readonly mostBytes: number;
  /** Less than the policy's `timeoutMs`, where it can take no longer. */
  readonly timeoutMs?: number;
}

export interface Answered {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

/** One server's connections. */
export interface Exchanger {
  /** @throws Unavailable `remote-…`; any answer but 200 is one. */
  ask(asked: Asked): Promise<Answered>;
  close(): void;
}

type Address = Omit<RemoteAddress, 'model' | 'version'>;

function readPem({ caFile, name }: Address): string | undefined {
  if (caFile === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(caFile, 'utf8');
  } catch (cause) {
    throw remoteFault('remote-tls', name, `cannot be used: its caFile ${caFile} cannot be read.`, cause);
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw remoteFault('remote-tls', name, `cannot be used: its caFile ${caFile} holds no certificate (PEM).`);
}

/** Read anew for each request, so that a token that was exchanged counts at once. Threat: a file that every user may read gives the token away. */
function readToken({ tokenFile, name }: Address): string | null {
  if (tokenFile === undefined) return null;
  const fault = (why: string, cause?: unknown) =>
    remoteFault('remote-token', name, `cannot be used: its tokenFile ${tokenFile} ${why}.`, cause);
  let token: string;
  try {
    if (process.platform !== 'win32' && (statSync(tokenFile).mode & 0o007) !== 0)
      throw fault('may be read or written by everybody; take the rights of others away (chmod o-rwx)');
    token = readFileSync(tokenFile, 'utf8').trim();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'remote-token') throw cause;
    throw fault('cannot be read', cause);
  }
  // RFC 6750 §2.1: b64token. Anything else would break out of its header, or is no token.
  if (/^[A-Za-z0-9._~+/-]+=*$/.test(token)) return token;
  throw fault('holds no bearer token: letters, digits and -._~+/ on one line');
}

/** Resolves a name, and refuses what does not lead to this machine. Threat: a `localhost` of somebody's hosts file. */
const lookupHere: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '');
    const away = addresses.find(({ address }) => !isLoopbackAddress(address));
    if (away !== undefined)
      return callback(new Error(`${hostname} leads to ${away.address}, which is not this machine`), '');
    const [first] = addresses;
    if (options.all === true) return callback(null, addresses);
    return callback(null, first?.address ?? '', first?.family);
  });
};

/** What to do about the usual ones. */
const HINTS: Readonly<Record<number, string>> = {
  401: ' The tokenFile of the policy must hold the token that the server takes.',
  403: ' The tokenFile of the policy must hold the token that the server takes.',
  413: ' It takes no request of this size.',
};

/** What an answer that is none gives as its reason: the protocol's `error`, or plain text. The page of a proxy says nothing to a reader. */
function errorOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 4000));
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return error;
  } catch {
    // No JSON: text, if anything.
  }
  return /^\s*[<{[]/.test(text) ? '' : text;
}

function isTlsFault(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|HOSTNAME|EPROTO|INVALID_CA)/.test(code);
}

/**
 * Connections to one server: TLS 1.2 or newer, verified against the policy's authorities or the system's, no proxy, no redirect, one limit of
 * time for a whole request and one of bytes for its answer. Nothing in here can turn the verification off, no environment either.
 *
 * @throws Unavailable `remote-tls` for a caFile that cannot be used; `remote-unreachable` for an address that must not be.
 */
export function createExchanger(address: Address): Exchanger {
  const { name } = address;
  const fault = addressFault(address);
  if (fault !== null) throw remoteFault('remote-unreachable', name, `cannot be used: ${fault}.`);
  const base = new URL(address.url);
  const encrypted = base.protocol === 'https:';
  const ca = readPem(address);
  const common = { keepAlive: true, maxSockets: 2 };
  const agent = encrypted
    ? new TlsAgent({
        ...common,
        // Said here although it is the default: NODE_TLS_REJECT_UNAUTHORIZED changes the default, and not what is said.
        rejectUnauthorized: true,
        checkServerIdentity,
        minVersion: 'TLSv1.2',
        ...(ca === undefined ? {} : { ca }),
      })
    : new PlainAgent({ ...common, ...(mustStayHere(address) ? { lookup: lookupHere } : {}) });

  function once({ path, body, mostBytes, timeoutMs: atMost = address.timeoutMs }: Asked): Promise<Answered> {
    const token = readToken(address);
    const timeoutMs = Math.min(atMost, address.timeoutMs);
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const options = {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...body?.headers,
        ...(body === undefined ? {} : { 'Content-Length': String(body.bytes.length) }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
    };
    const url = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base);
    const request = (encrypted ? secure : plain)(url, options);
    const timer = setTimeout(() => {
      end(remoteFault('remote-timeout', name, `gave no whole answer within ${timeoutMs / 1000} s.`));
    }, timeoutMs);
    const end = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
      request.destroy();
    };
    const whole = (response: IncomingMessage, bytes: Uint8Array): void => {
      clearTimeout(timer);
      const status = response.statusCode ?? 0;
      if (status === 200) return resolve({ headers: response.headers, bytes });
      const said = saidByServer(errorOf(bytes), token);
      const words = `answered ${path} with status ${status}${said === '' ? '.' : `: ${said}`}`;
      reject(remoteFault('remote-status', name, words + (HINTS[status] ?? '')));
    };
    request.on('error', (error) => {
      const tls = isTlsFault(error);
      const words = saidByServer(error.message, token);
      const fault = tls
        ? remoteFault('remote-tls', name, `is not trusted, or speaks no TLS that is: ${words}`, error)
        : remoteFault('remote-unreachable', name, `cannot be reached: ${words}`, error);
      end(fault);
    });
    let responded = false;
    request.on('response', (response) => {
      responded = true;
      const status = response.statusCode ?? 0;
      if (status >= 300 && status < 400) {
        return end(
          remoteFault(
            'remote-redirect',
            name,
            `sends on to another address (status ${status}), which is refused. Name the address itself in the policy.`,
          ),
        );
      }
      if ((response.headers['content-encoding'] ?? 'identity') !== 'identity')
        return end(remoteFault('remote-answer', name, 'answers compressed, which was not asked for.'));
      const tooLarge = (): void =>
        end(
          remoteFault(
            'remote-too-large',
            name,
            `gives an answer of more than ${mostBytes} bytes. The policy's maxResponseMiB is the limit.`,
          ),
        );
      if (Number(response.headers['content-length'] ?? 0) > mostBytes) return tooLarge();
      const chunks: Uint8Array[] = [];
      let length = 0;
      response.on('data', (chunk: Uint8Array) => {
        length += chunk.length;
        if (length > mostBytes) tooLarge();
        else chunks.push(chunk);
      });
      response.on('end', () => whole(response, Buffer.concat(chunks)));
      response.on('error', (error) =>
        end(remoteFault('remote-answer', name, 'broke its answer off in the middle.', error)),
      );
    });
    request.end(body?.bytes);
    return promise.catch((error: unknown) => {
      // A server that closed an idle connection in this very moment has not seen the request.
      const reset = error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code;
      if (request.reusedSocket && !responded && reset === 'ECONNRESET') throw new StaleConnection(error);
      throw error;
    });
  }

  return {
    async ask(asked) {
      try {
        return await once(asked);
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error;
        agent.destroy();
        return await once(asked).catch((again: unknown) => {
          throw again instanceof StaleConnection ? again.cause : again;
        });
      }
    },
    close: () => agent.destroy(),
  };
}

class StaleConnection extends Error {
  constructor(cause: unknown) {
    super('The connection was closed before the request.', { cause });
  }
}
