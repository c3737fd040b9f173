/** WinMM cuts names at 31 characters plus the end mark. */
const WINDOWS_CUT = 31;

/**
 * A port's name without what the system appends and changes from one start to the next: client:port numbers on Linux,
 * the index on Windows. ALSA says "client:port 128:0"; when client and port are named alike, one of them is dropped.
 */
export function plainName(full: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'linux') return withoutProcess(full.replace(/ \d+:\d+$/, ''));
  if (platform === 'win32') return full.replace(/ \d+$/, '');
  return full;
}

/** "FLUID Synth (710):Synth input port (710:0)" has the number of its process in it, another one after each start. */
function withoutProcess(name: string): string {
  return name.replace(/ \(\d+\)(?=:)/, '').replace(/ \(\d+:\d+\)$/, '');
}

/** Plain names for showing: ports of the same plain name are numbered from the second on. */
export function plainNames(fulls: readonly string[], platform: NodeJS.Platform = process.platform): string[] {
  const seen = new Map<string, number>();
  return fulls.map((full) => {
    const name = plainName(full, platform);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

/**
 * Index of the port that a remembered or typed name means, or -1: the plain name itself, else the port part of an ALSA
 * name, else a name that Windows cut, else the only one that begins like it. Case does not count.
 */
export function findPort(
  fulls: readonly string[],
  wanted: string,
  platform: NodeJS.Platform = process.platform,
): number {
  const names = plainNames(fulls, platform).map((name) => name.toLowerCase());
  const name = (platform === 'linux' ? withoutProcess(wanted) : wanted).toLowerCase();
  const exact = names.indexOf(name);
  if (exact >= 0) return exact;
  const full = fulls.findIndex((candidate) => candidate.toLowerCase() === wanted.toLowerCase());
  if (full >= 0) return full;
  const port = names.findIndex((candidate) => candidate.split(':')[1] === name);
  if (port >= 0) return port;
  const cut = names.findIndex(
    (candidate) => candidate.length >= WINDOWS_CUT - 1 && name.startsWith(candidate),
  );
  if (cut >= 0) return cut;
  const beginning = names.filter((candidate) => candidate.startsWith(name));
  return beginning.length === 1 ? names.indexOf(beginning[0]) : -1;
}

/** Loopbacks by name, best first: what we send to `output` a DAW hears on the other end. */
const LOOPBACKS: readonly { output: RegExp; input: RegExp | null }[] = [
  { output: /^affetto/i, input: /^affetto.*(in|clock)/i },
  { output: /default app loopback \(a\)/i, input: /default app loopback \(a\)/i },
  { output: /loopmidi/i, input: /loopmidi/i },
  { output: /loopback.*\(a\)/i, input: /loopback.*\(a\)/i },
  { output: /loop ?be/i, input: /loop ?be/i },
  { output: /bome/i, input: /bome/i },
  { output: /loopback/i, input: /loopback/i },
];

/** The loopback to use where we can't create ports of our own; null when there is none. */
export function findLoopback(
  outputs: readonly string[],
  inputs: readonly string[],
): { output: string; input: string | null } | null {
  for (const known of LOOPBACKS) {
    const output = outputs.find((name) => known.output.test(name));
    if (output === undefined) continue;
    // A one-cable loopback gives back what we send: its own input must not be listened to.
    const input = inputs.find((name) => known.input?.test(name) && name !== output);
    return { output, input: input ?? inputs.find((name) => /\(a\)/i.test(name) && name === output) ?? null };
  }
  return null;
}
