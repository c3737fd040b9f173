import { openParentLine } from '../process/parent.ts';
import { checkArgument } from './arguments.ts';
import { createBackend } from './ports/backend.ts';
import { type FromService, RANKS, type ToService } from './protocol.ts';
import { Journal, type JournalContent } from './recovery/journal.ts';
import { pendingOf } from './recovery/rescue.ts';
import { MidiService } from './service.ts';
import { raisePriority } from './timing/priority.ts';

/**
 * Entry of the MIDI process. AFFETTO_MIDI_JOURNAL names the journal that its parent reads if it is killed,
 * AFFETTO_MIDI_RESCUE holds what a killed one before it left, and AFFETTO_MIDI_PRIORITY the highest rank to ask for
 * (ordinary, high, realtime).
 */
let silence = (): void => {};
function leave(): void {
  silence();
  process.exit(0);
}
const line = openParentLine<ToService, FromService>(leave);

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
  emit: (name, value) => line.send({ kind: 'event', name, value }),
  want: (id, request) => line.send({ kind: 'want', id, request }),
  exit: () => process.exit(0),
  rank,
  left,
});
silence = () => service.close();

const receive = (message: ToService): void => {
  if (message.kind === 'bar') {
    service.deliver(message.id, message.bar, message.error);
    return;
  }
  try {
    const argument = checkArgument(message.name, message.argument);
    const call = service.calls[message.name] as (argument: unknown) => unknown;
    line.send({ kind: 'answer', id: message.id, result: call(argument) });
  } catch (error) {
    line.send({
      kind: 'answer',
      id: message.id,
      error: error instanceof Error ? error.message : String(error),
    });
  }
};

line.onMessage(receive);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
process.on('uncaughtException', (error) => {
  console.error(error);
  service.close();
  process.exit(1);
});
line.send({ kind: 'ready' });
