import { AffettoError } from '../../model/error.ts';
import { createBackend } from './ports/backend.ts';
import { type FromService, MIDI_CALLS, RANKS, type ToService } from './protocol.ts';
import { Journal, type JournalContent } from './recovery/journal.ts';
import { pendingOf } from './recovery/rescue.ts';
import { MidiService } from './service.ts';
import { raisePriority } from './timing/priority.ts';

/**
 * Entry of the MIDI process, under Electron's utilityProcess or Node's fork alike. AFFETTO_MIDI_JOURNAL names the journal
 * that its parent reads if it is killed, AFFETTO_MIDI_RESCUE holds what a killed one before it left, and
 * AFFETTO_MIDI_PRIORITY the highest rank to ask for (ordinary, high, realtime). A message that carries a port hands over a
 * direct line to a source of bars, so that bars keep coming while the parent stands still (an OS drag stalls Electron's
 * main process).
 */
interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown; ports?: Port[] }) => void): void;
  start?(): void;
}
const parentPort = (process as unknown as { parentPort?: Port }).parentPort;
let barLine: Port | null = null;

const post = (message: FromService): void => {
  if (message.kind === 'want' && barLine) barLine.postMessage(message);
  else if (parentPort) parentPort.postMessage(message);
  // A parent that is gone takes its channel with it; 'disconnect' ends us.
  else if (process.connected) process.send?.(message, () => {});
};

const journal = process.env.AFFETTO_MIDI_JOURNAL;
const left = process.env.AFFETTO_MIDI_RESCUE
  ? (JSON.parse(process.env.AFFETTO_MIDI_RESCUE) as JournalContent)
  : null;
// Before anything that takes time: whoever kills us now must find what is owed.
const owed = left ? pendingOf(left) : [];
const kept = journal ? new Journal(journal, owed) : null;
const wanted = RANKS.find((name) => name === process.env.AFFETTO_MIDI_PRIORITY) ?? 'realtime';
const [backend, rank] = await Promise.all([createBackend(), raisePriority(wanted, process.platform)]);
const service = new MidiService(backend, kept, {
  emit: (name, value) => post({ kind: 'event', name, value }),
  want: (id, request) => post({ kind: 'want', id, request }),
  exit: () => process.exit(0),
  rank,
  left,
});

const receive = (message: ToService): void => {
  if (message.kind === 'bar') {
    service.deliver(message.id, message.bar, message.error);
    return;
  }
  try {
    if (!MIDI_CALLS.includes(message.name))
      throw new AffettoError(`The MIDI service knows no call '${message.name}'.`);
    const call = service.calls[message.name] as (argument: unknown) => unknown;
    post({ kind: 'answer', id: message.id, result: call(message.argument) });
  } catch (error) {
    post({ kind: 'answer', id: message.id, error: error instanceof Error ? error.message : String(error) });
  }
};

if (parentPort) {
  parentPort.on('message', ({ data, ports }) => {
    if (ports?.[0]) listenToBars(ports[0]);
    else receive(data as ToService);
  });
} else {
  process.on('message', (message) => receive(message as ToService));
  // The parent died: nobody is left who could stop the music.
  process.on('disconnect', leave);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
process.on('uncaughtException', (error) => {
  console.error(error);
  service.close();
  process.exit(1);
});
post({ kind: 'ready' });

function leave(): void {
  service.close();
  process.exit(0);
}

function listenToBars(port: Port): void {
  barLine = port;
  port.on('message', ({ data }) => receive(data as ToService));
  port.start?.();
}
