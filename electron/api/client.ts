/** For the window: `import type { AppType } from '…/electron/api/client.ts'` and `hc<AppType>('/')` of hono/client. */
export type { AppType } from './app.ts';
