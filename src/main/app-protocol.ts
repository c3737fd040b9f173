import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, protocol } from 'electron';
import { CONTENT_SECURITY_POLICY } from '../host/content-security-policy.ts';
import { contentType, resolveStatic } from '../web/static-files.ts';

export const APP_ORIGIN = 'app://affetto';

/** Before Electron is ready: modules and workers load from app:// as they would from https. */
export function setupAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built window, and nothing outside its folder. */
export function setupAppProtocol(): void {
  const folder = join(app.getAppPath(), 'out', 'renderer');
  protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    const path =
      url.origin === APP_ORIGIN || url.host === 'affetto' ? resolveStatic(folder, url.pathname) : null;
    const body = path === null ? null : await readFile(path).catch(() => null);
    if (path === null || body === null) return new Response('Not found', { status: 404 });
    return new Response(new Uint8Array(body), {
      headers: {
        'content-type': contentType(path),
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
      },
    });
  });
}
