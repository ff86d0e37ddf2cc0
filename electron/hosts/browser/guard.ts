import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Guard {
  /** What to open: holds the token that works once. */
  readonly url: string;
  admit(request: Request): Response | null;
}

/**
 * Who may talk to the server on 127.0.0.1: the one window that was opened with the one-time token.
 *
 * Threats, each met by a line below: another program or user of this machine that finds the port (cookie); a web page
 * that rebinds its name to 127.0.0.1 (Host); a web page that sends a form or a fetch across (Origin, SameSite);
 * a second use of the link from a log or a process list (single use); guessing byte by byte (constant time).
 */
export function createGuard(port: number): Guard {
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  const cookieName = `overread-${port}`;
  const secret = randomBytes(32).toString('base64url');
  let token: string | null = randomBytes(32).toString('base64url');
  const url = `${origin}/?token=${token}`;

  const refused = (status: 401 | 403, code: string, message: string): Response =>
    Response.json({ type: 'refused', code, message }, { status });

  const redeem = (given: string): Response => {
    if (token === null || !equal(given, token)) {
      return refused(401, 'token-refused', 'This link was used before or is wrong: start Overread again.');
    }
    token = null;
    return new Response(null, {
      status: 303,
      headers: { Location: '/', 'Set-Cookie': `${cookieName}=${secret}; HttpOnly; SameSite=Strict; Path=/` },
    });
  };

  return {
    url,
    admit(request) {
      if (request.headers.get('host') !== host) {
        return refused(403, 'host-refused', 'This server answers to its own address alone.');
      }
      const from = request.headers.get('origin');
      const reads = request.method === 'GET' || request.method === 'HEAD';
      if (from === null ? !reads : from !== origin) {
        return refused(403, 'origin-refused', 'This request does not come from the window of Overread.');
      }
      const { pathname, searchParams } = new URL(request.url);
      const given = searchParams.get('token');
      if (pathname === '/' && request.method === 'GET' && given !== null) return redeem(given);
      const cookie = cookieOf(request, cookieName);
      if (cookie === null || !equal(cookie, secret)) {
        return refused(401, 'session-missing', 'Open Overread with the link that it printed.');
      }
      return null;
    },
  };
}

/** In constant time, whatever the lengths: both sides are hashed first. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function cookieOf(request: Request, name: string): string | null {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return null;
}
