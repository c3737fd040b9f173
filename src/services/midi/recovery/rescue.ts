import { append } from '../../../model/lists.ts';
import type { MidiBackend } from '../ports/output.ts';
import { findPort, plainName } from '../ports/port-names.ts';
import type { MessageSink } from '../timing/message-sink.ts';
import type { JournalContent } from './journal.ts';
import { endings, isEnded, type PendingEnd, type Unended } from './unended.ts';

/** Times after the start of a new service. */
const REPEAT_AT_MS = [0, 500, 1500, 4000];

/** Whether a dead service left anything to be ended. */
export function leftSomething(content: JournalContent): boolean {
  return !isEnded(content) || content.owed.length > 0;
}

/**
 * What a dead service left to be ended on ports of others, by plain name. Ports that the watchdog reached get it once
 * more; those that were away get it when they are back.
 */
export function pendingOf(left: JournalContent): PendingEnd[] {
  const { port, owed, sounding, pedals } = left;
  if (port?.kind !== 'existing' || isEnded(left)) return [...owed];
  return [...owed, { port: plainName(port.name), sounding, pedals }];
}

/**
 * One account of several: where the last one sounded, and all that is owed. null: there is nothing to end, and nobody to
 * connect again.
 */
export function together(all: readonly JournalContent[]): JournalContent | null {
  const last = all.at(-1);
  if (!last) return null;
  const earlier = all.slice(0, -1).flatMap(({ port, owed, sounding, pedals }) => {
    const names = port?.kind === 'existing' ? [port.name] : (port?.listeners ?? []);
    return [...owed, ...names.map((name) => ({ port: plainName(name), sounding, pedals }))];
  });
  return { ...last, owed: [...earlier, ...last.owed] };
}

/**
 * Ends the notes of a service that was killed, from outside of it: on the port that it had opened, or, when the port was
 * its own and died with it, on those that had listened to it; and on ports that it owed something. Returns the ports that
 * were reached.
 */
export function rescue(content: JournalContent, backend: MidiBackend): string[] {
  if (backend.missing) return [];
  const { port, owed } = content;
  const targets: { name: string; unended: Unended }[] = owed.map((pending) => ({
    name: pending.port,
    unended: pending,
  }));
  if (port && !isEnded(content)) {
    const names = port.kind === 'existing' ? [port.name] : port.listeners;
    append(
      targets,
      names.map((name) => ({ name, unended: content })),
    );
  }
  return targets.filter(({ name, unended }) => reach(backend, name, unended)).map(({ name }) => name);
}

/**
 * Repeats the rescue on our own port of a new service, for listeners that find that port again by its name, one by one.
 * Not once `isIdle` says no: then it would end notes that were meant.
 */
export function repeatRescue(left: JournalContent, sink: MessageSink, isIdle: () => boolean): void {
  if (left.port?.kind !== 'virtual') return;
  for (const wait of REPEAT_AT_MS) {
    setTimeout(() => {
      if (isIdle()) sink.now(endings(left));
    }, wait);
  }
}

function reach(backend: MidiBackend, name: string, unended: Unended): boolean {
  try {
    const names = backend.outputs();
    const index = names.includes(name) ? names.indexOf(name) : findPort(names, name);
    if (index < 0) return false;
    const output = backend.openOutput(names[index]);
    try {
      for (const message of endings(unended)) output.send(message);
    } finally {
      output.close();
    }
    return true;
  } catch {
    // A port that is gone, or refuses, sounds no more or is tried again by the next service.
    return false;
  }
}
