import { Unavailable } from '../../shared/errors.ts';

/** What kept a server from being used. The words say which server, what happened, and what to do. */
export type RemoteFaultCode =
  | 'remote-unreachable'
  | 'remote-tls'
  | 'remote-token'
  | 'remote-timeout'
  | 'remote-redirect'
  | 'remote-status'
  | 'remote-too-large'
  | 'remote-answer'
  | 'remote-model'
  | 'remote-changed';

export function remoteFault(code: RemoteFaultCode, name: string, what: string, cause?: unknown): Unavailable {
  return new Unavailable(code, `Server ${name} ${what}`, undefined, cause);
}

/** What a server says of itself may be anything: one short line of visible characters, without the token. */
export function saidByServer(text: string, secret: string | null = null, most = 200): string {
  const hidden = secret === null || secret === '' ? text : text.replaceAll(secret, '…');
  const line = hidden.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
