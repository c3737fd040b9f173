import { readFileSync } from 'node:fs';

export interface Connection {
  readonly from: string;
  readonly to: string;
}

const CLIENTS = '/proc/asound/seq/clients';

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
  let port = '';
  readPorts(text, (line, full) => {
    if (full) {
      port = addressOf(full);
      names.set(port, full);
    }
    const targets = /^\s+Connecting To: (.*)/.exec(line)?.[1].split(',') ?? [];
    for (const target of targets) links.push({ from: port, to: target.trim().replace(/\[.*$/, '') });
  });
  return links.flatMap(({ from, to }) => {
    const [source, target] = [names.get(from), names.get(to)];
    return source && target ? [{ from: source, to: target }] : [];
  });
}

/** Full names of all ports. */
function parsePorts(text: string): string[] {
  const ports: string[] = [];
  readPorts(text, (_line, full) => full && ports.push(full));
  return ports;
}

/** Every line, with the full name of the port that it begins, if it does. */
function readPorts(text: string, each: (line: string, full: string | null) => void): void {
  let client = { number: '', name: '' };
  for (const line of text.split('\n')) {
    const clientLine = /^Client\s+(\d+) : "(.*)"/.exec(line);
    if (clientLine) client = { number: clientLine[1], name: clientLine[2] };
    const port = /^\s+Port\s+(\d+) : "(.*)"/.exec(line);
    each(line, port && `${client.name}:${port[2]} ${client.number}:${port[1]}`);
  }
}

function connections(): Connection[] | null {
  try {
    return parseConnections(readFileSync(CLIENTS, 'utf8'));
  } catch {
    return null;
  }
}

/** Addresses (`128:0`) of the ports of this name now; none where there is no ALSA. */
export function alsaAddresses(portName: string): string[] {
  try {
    return parsePorts(readFileSync(CLIENTS, 'utf8'))
      .filter((full) => nameOf(full) === portName)
      .map(addressOf);
  } catch {
    return [];
  }
}

/** Who is connected to the port of this address, whichever way. */
export function alsaPeers(address: string): string[] {
  return (connections() ?? []).flatMap(({ from, to }) => {
    if (addressOf(from) === address) return [to];
    return addressOf(to) === address ? [from] : [];
  });
}

export function addressOf(full: string): string {
  return / (\d+:\d+)$/.exec(full)?.[1] ?? '';
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
