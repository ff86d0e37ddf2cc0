import type { MiddlewareHandler } from 'hono';

/**
 * What the page may do: its own scripts and Cornerstone's WebAssembly and workers, styles written by React, images
 * made in the page; nothing from anywhere else, no frame around it, no plug-in, no form to another place.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  // Patients' data and a page that changes with each version: neither belongs in a cache on disk.
  'Cache-Control': 'no-store',
};

/** Sets every header on every answer, refusals and errors included. */
export const headers: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) {
    if (name === 'Cache-Control' && context.res.headers.has(name)) continue;
    context.res.headers.set(name, value);
  }
};
