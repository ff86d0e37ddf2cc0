import type { Protocol } from 'electron';

export const SCHEME = 'app';
export const ORIGIN = 'app://overread';

/** Must be called once, before `ready`: a scheme gets its rights when the browser process starts. */
export function registerScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/**
 * The Electron host's guard: our own address, and no foreign Origin. A missing Origin is let through, unlike in the
 * browser host: nothing but the window's own page can reach this scheme (navigation and frames are locked), and the
 * system does not set the header for every request to a custom scheme.
 */
export function admitApp(request: Request): Response | null {
  const { protocol, host } = new URL(request.url);
  if (`${protocol}//${host}` !== ORIGIN) {
    return Response.json(
      { type: 'refused', code: 'host-refused', message: 'Overread answers to its own address alone.' },
      { status: 403 },
    );
  }
  const origin = request.headers.get('origin');
  if (origin !== null && origin !== ORIGIN) {
    return Response.json(
      {
        type: 'refused',
        code: 'origin-refused',
        message: 'This request does not come from the window of Overread.',
      },
      { status: 403 },
    );
  }
  return null;
}

/** Mounts the handler. A throw would reach the page as ERR_UNEXPECTED without a word, so it is answered here. */
export function mountScheme(
  protocol: Pick<Protocol, 'handle'>,
  fetch: (request: Request) => Response | Promise<Response>,
): void {
  protocol.handle(SCHEME, async (request) => {
    try {
      return await fetch(request);
    } catch (error) {
      console.error(error);
      return new Response(null, { status: 500 });
    }
  });
}
