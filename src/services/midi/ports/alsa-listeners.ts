import { readFileSync } from 'node:fs';

export interface Connection {
  readonly from: string;
  readonly to: string;
}

/**
 * Who is connected to whom, from the text of /proc/asound/seq/clients:
 *
 *   Client 128 : "RtMidi Output Client" [User]
 *     Port   0 : "Affetto Out" (R-e-)
 *       Connecting To: 129:0, 130:0[r:0]
 *
 * Answers `client name:port name client:port`, which is how RtMidi names ports.
 */
export function parseConnections(text: string): Connection[] {
  const names = new Map<string, string>();
  const links: { from: string; to: string }[] = [];
  let client = { number: '', name: '' };
  let port = '';
  for (const line of text.split('\n')) {
    const clientLine = /^Client\s+(\d+) : "(.*)"/.exec(line);
    if (clientLine) client = { number: clientLine[1], name: clientLine[2] };
    const portLine = /^\s+Port\s+(\d+) : "(.*)"/.exec(line);
    if (portLine) {
      port = `${client.number}:${portLine[1]}`;
      names.set(port, `${client.name}:${portLine[2]} ${port}`);
    }
    const targets = /^\s+Connecting To: (.*)/.exec(line)?.[1].split(',') ?? [];
    for (const target of targets) links.push({ from: port, to: target.trim().replace(/\[.*$/, '') });
  }
  return links.flatMap(({ from, to }) => {
    const [source, target] = [names.get(from), names.get(to)];
    return source && target ? [{ from: source, to: target }] : [];
  });
}

function connections(): Connection[] | null {
  try {
    return parseConnections(readFileSync('/proc/asound/seq/clients', 'utf8'));
  } catch {
    return null;
  }
}

/** Listeners of our virtual port now; none where there is no ALSA. */
export function alsaListeners(portName: string): string[] {
  return (connections() ?? []).filter(({ from }) => nameOf(from) === portName).map(({ to }) => to);
}

/**
 * Whether RtMidi's port is still connected to this one. A port that went and came back between two looks bears the same
 * name, but the connection is gone. True where that can't be told.
 */
export function alsaConnected(fullName: string, direction: 'output' | 'input'): boolean {
  const all = connections();
  if (all === null) return true;
  return all.some(({ from, to }) =>
    direction === 'output'
      ? to === fullName && nameOf(from) === 'RtMidi Output'
      : from === fullName && nameOf(to) === 'RtMidi Input',
  );
}

/** The port part of `client:port 128:0`. */
function nameOf(full: string): string {
  return full.replace(/ \d+:\d+$/, '').replace(/^[^:]*:/, '');
}
