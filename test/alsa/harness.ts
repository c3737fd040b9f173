import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

/** One event as aseqdump prints it. */
export interface Dumped {
  /** ms, when the line was read. */
  readonly time: number;
  readonly kind: string;
  readonly channel: number;
  readonly one: number;
  readonly two: number;
}

/** A listener of the ALSA sequencer: aseqdump, its output parsed. */
export class Listener {
  readonly events: Dumped[] = [];
  readonly #child: ChildProcess;

  /** Subscribes to `client:port`; without one it only offers its own port. */
  constructor(source?: string) {
    this.#child = spawn('/bin/aseqdump', source ? ['-p', source] : [], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let rest = '';
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.#read(line);
    });
  }

  kill(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.kill('SIGKILL');
    });
  }

  /** Notes that are sounding after everything heard, and channels with the pedal down. */
  hanging(): string[] {
    const sounding = new Set<string>();
    for (const { kind, channel, one, two } of this.events) {
      if (kind === 'Note on' && two > 0) sounding.add(`${channel}/${one}`);
      else if (kind === 'Note off' || kind === 'Note on') sounding.delete(`${channel}/${one}`);
      else if (kind === 'Control change' && one === 64) {
        if (two >= 64) sounding.add(`pedal ${channel}`);
        else sounding.delete(`pedal ${channel}`);
      }
    }
    return [...sounding];
  }

  #read(line: string): void {
    // " 128:0   Note on                 0, note 60, velocity 100"
    const match = /^\s*\d+:\d+\s+(\D+?)\s+(\d+), (?:note|controller) (\d+), (?:velocity|value) (\d+)/.exec(
      line,
    );
    if (!match) return;
    const [, kind, channel, one, two] = match;
    this.events.push({
      time: performance.now(),
      kind: kind.trim(),
      channel: Number(channel),
      one: Number(one),
      two: Number(two),
    });
  }
}

/** `client:port` of a port by name, from aconnect's list; null when there is none. */
export function address(port: string): string | null {
  const text = execFileSync('/bin/aconnect', ['-l']).toString();
  let client = '';
  for (const line of text.split('\n')) {
    client = /^client (\d+):/.exec(line)?.[1] ?? client;
    const match = /^\s+(\d+) '(.*?)\s*'/.exec(line);
    if (match && match[2] === port) return `${client}:${match[1]}`;
  }
  return null;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until the condition holds; fails after `ms`. */
export async function until(what: string, condition: () => boolean, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await pause(20);
  }
}

export function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}
