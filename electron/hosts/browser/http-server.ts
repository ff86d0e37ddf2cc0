import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Unavailable } from '../../shared/errors.ts';
import { createGuard } from './guard.ts';

export interface HttpMount {
  /** Holds the one-time token. */
  readonly url: string;
  readonly port: number;
  /** Ends the server and every connection that is open, event streams included. */
  close(): Promise<void>;
}

/**
 * Mounts a handler on 127.0.0.1, behind a guard that it is given back to build its app with. Port 0 is a random one.
 *
 * @throws Unavailable `port-taken`.
 */
export async function mountHttp(
  port: number,
  createFetch: (
    admit: (request: Request) => Response | null,
  ) => (request: Request) => Response | Promise<Response>,
): Promise<HttpMount> {
  let fetch: ((request: Request) => Response | Promise<Response>) | null = null;
  const server = createAdaptorServer({
    fetch: (request) => fetch?.(request) ?? new Response(null, { status: 503 }),
    // Requests and responses stay Node's own: Electron's mount gets those too.
    overrideGlobalObjects: false,
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const taken = 'code' in cause && cause.code === 'EADDRINUSE';
      reject(
        taken
          ? new Unavailable('port-taken', `Port ${port} is in use: choose another with --port, or none.`)
          : cause,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const guard = createGuard(bound);
  fetch = createFetch((request) => guard.admit(request));
  return {
    url: guard.url,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
