import { session } from 'electron';

/** A seed is copied as plain text; camera, microphone, location, notifications and reading the clipboard are refused. */
const ALLOWED = 'clipboard-sanitized-write';

export function setupPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === ALLOWED),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => permission === ALLOWED);
}
