import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The WebSocket subprotocol that carries the token: nothing secret ever stands in a URL that is sent. */
const TOKEN_PREFIX = 'affetto.';

/** Compares without telling by its duration how much was right. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The host names under which this server may be addressed; anything else is DNS rebinding. */
function ownHosts(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

export function hostAllowed(request: IncomingMessage, port: number): boolean {
  return ownHosts(port).includes(request.headers.host ?? '');
}

/** Why a WebSocket is refused, or null when it may open. */
export function refuseUpgrade(
  request: IncomingMessage,
  port: number,
  isKey: (given: string) => boolean,
): string | null {
  if (!hostAllowed(request, port)) return 'foreign Host';
  const origin = request.headers.origin ?? '';
  if (!ownHosts(port).some((host) => origin === `http://${host}`)) return 'foreign Origin';
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const given = offered.find((name) => name.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length) ?? '';
  if (!isKey(given)) return 'wrong token';
  return null;
}
