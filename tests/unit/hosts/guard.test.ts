import { describe, expect, test } from 'vitest';
import { createGuard } from '../../../electron/hosts/browser/guard.ts';

const PORT = 4711;
const HOST = `127.0.0.1:${PORT}`;

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Request {
  const request = new Request(`http://${HOST}${path}`, { method });
  for (const [name, value] of Object.entries({ host: HOST, ...headers })) request.headers.set(name, value);
  return request;
}

/** The cookie that redeeming the link gives. */
function redeem(guard: ReturnType<typeof createGuard>): string {
  const { pathname, search } = new URL(guard.url);
  const response = guard.admit(ask(`${pathname}${search}`));
  expect(response?.status).toBe(303);
  return response?.headers.get('set-cookie') ?? '';
}

describe('the guard of the browser host', () => {
  test('turns the link into a cookie that scripts and other sites cannot use, named after the port', () => {
    const cookie = redeem(createGuard(PORT));
    expect(cookie).toMatch(new RegExp(`^overread-${PORT}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
  });

  test('lets the link work once', () => {
    const guard = createGuard(PORT);
    redeem(guard);
    const { pathname, search } = new URL(guard.url);
    expect(guard.admit(ask(`${pathname}${search}`))?.status).toBe(401);
  });

  test('a wrong token does not use up the right one', () => {
    const guard = createGuard(PORT);
    expect(guard.admit(ask('/?token=wrong'))?.status).toBe(401);
    redeem(guard);
  });

  test('lets the window in with its cookie, among others too', () => {
    const guard = createGuard(PORT);
    const cookie = redeem(guard).split(';')[0] ?? '';
    expect(guard.admit(ask('/api/session', { cookie: `other=1; ${cookie}` }))).toBeNull();
    const write = ask('/api/readers', { cookie, origin: `http://${HOST}` }, 'POST');
    expect(guard.admit(write)).toBeNull();
  });

  test.each([
    ['no cookie', {}, 'GET', 401],
    ['a made-up cookie', { cookie: `overread-${PORT}=${'a'.repeat(43)}` }, 'GET', 401],
    ['the cookie of another port', { cookie: `overread-1=${'a'.repeat(43)}` }, 'GET', 401],
    ['a rebound name', { host: `evil.example:${PORT}` }, 'GET', 403],
    ['localhost, which is not our address', { host: `localhost:${PORT}` }, 'GET', 403],
    ['another port', { host: '127.0.0.1:1' }, 'GET', 403],
  ])('refuses %s', (_what, headers, method, status) => {
    const guard = createGuard(PORT);
    redeem(guard);
    expect(guard.admit(ask('/api/session', headers, method))?.status).toBe(status);
  });

  test.each([undefined, 'null', 'http://evil.example', 'http://127.0.0.1:1', `https://${HOST}`])(
    'refuses a write with the cookie from origin %s',
    (origin) => {
      const guard = createGuard(PORT);
      const cookie = redeem(guard).split(';')[0] ?? '';
      const headers = { cookie, ...(origin === undefined ? {} : { origin }) };
      expect(guard.admit(ask('/api/readers', headers, 'POST'))?.status).toBe(403);
    },
  );

  test('refuses a foreign origin on a read too', () => {
    const guard = createGuard(PORT);
    const cookie = redeem(guard).split(';')[0] ?? '';
    expect(guard.admit(ask('/api/session', { cookie, origin: 'http://evil.example' }))?.status).toBe(403);
  });
});
