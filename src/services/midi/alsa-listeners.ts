import { readFileSync } from 'node:fs';

/**
 * Who listens to our virtual port, from the text of /proc/asound/seq/clients:
 *
 *   Client 128 : "RtMidi Output Client" [User]
 *     Port   0 : "Affetto Out" (R-e-)
 *       Connecting To: 129:0, 130:0[r:0]
 *
 * Answers `client name:port name client:port`, which is how RtMidi names ports.
 */
export function parseListeners(text: string, portName: string): string[] {
  const names = new Map<string, string>();
  const targets: string[] = [];
  let client = { number: '', name: '' };
  let ours = false;
  for (const line of text.split('\n')) {
    const clientLine = /^Client\s+(\d+) : "(.*)"/.exec(line);
    if (clientLine) {
      client = { number: clientLine[1], name: clientLine[2] };
      ours = false;
    }
    const portLine = /^\s+Port\s+(\d+) : "(.*)"/.exec(line);
    if (portLine) {
      const address = `${client.number}:${portLine[1]}`;
      names.set(address, `${client.name}:${portLine[2]} ${address}`);
      ours = portLine[2] === portName;
    }
    const connections = /^\s+Connecting To: (.*)/.exec(line);
    if (connections && ours)
      targets.push(...connections[1].split(',').map((one) => one.trim().replace(/\[.*$/, '')));
  }
  return targets.flatMap((target) => names.get(target) ?? []);
}

/** Listeners of our virtual port now; none where there is no ALSA. */
export function alsaListeners(portName: string): string[] {
  try {
    return parseListeners(readFileSync('/proc/asound/seq/clients', 'utf8'), portName);
  } catch {
    return [];
  }
}
