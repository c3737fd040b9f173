import { APP_ORIGIN } from './app-protocol.ts';

interface Frame {
  url: string;
  parent: unknown;
}

/** Only the main frame of our own page may call; not a child frame, not a page that was navigated to. */
export function isTrustedSender(frame: Frame | null): boolean {
  if (!frame || frame.parent !== null) return false;
  return frame.url === `${APP_ORIGIN}/` || frame.url.startsWith(`${APP_ORIGIN}/index.html`);
}
