import { parseArgs } from 'node:util';
import { AffettoError, requireInput } from '../../model/error.ts';
import type { InputChoice, MidiSettings, OutputChoice, PortState } from '../../services/midi/protocol.ts';
import type { MidiWatchdog } from '../../services/midi/recovery/watchdog.ts';
import { startMidi } from '../../services/midi/start.ts';
import { joinNegatives, numberOf } from '../arguments.ts';
import type { Command, Io } from '../command.ts';
import { readTake } from '../play/file-take.ts';
import { openLiveSource } from '../play/live-source.ts';

/** How long to wait for a listener, s; where listeners can't be seen, ms; and from its connection on, ms. */
const WAIT_S = 30;
const BLIND_MS = 3000;
const READY_MS = 500;

const OPTIONS = {
  valence: { type: 'string' }, arousal: { type: 'string' }, key: { type: 'string' }, tempo: { type: 'string' },
  bars: { type: 'string' }, seed: { type: 'string' }, model: { type: 'string' },
  pedal: { type: 'string' }, timing: { type: 'string' },
  port: { type: 'string' }, virtual: { type: 'string' }, record: { type: 'string' },
  wait: { type: 'string' }, loop: { type: 'boolean' }, 'follow-clock': { type: 'boolean' }, input: { type: 'string' },
} as const; // biome-ignore format: a table

export const command: Command = {
  summary: 'play a MIDI file, or music made as it goes, to a MIDI port',
  usage: `affetto play FILE.mid | --valence V --arousal A
             [--port NAME | --virtual NAME | --record OUT.mid] [--wait S] [--loop] [--follow-clock [--input NAME]]

  FILE.mid           play this file exactly as it is
  --valence V        -1 (sad) to 1 (glad), and
  --arousal A        -1 (calm) to 1 (excited): play from the generator until Ctrl-C
  --key K            for example C or "F# minor" (default: the generator's choice)
  --tempo BPM        the generator's tempo (default: its choice)
  --bars N           end after N bars; with --loop repeat them
  --seed N           the same seed gives the same music
  --pedal on|off     the generator's music with the sustain pedal or without (default: on)
  --timing N         its micro-timing, 0 (on the grid) to 100 (default: as affetto generate)
  --model NAME       the generator's model (default: affetto), or a folder
  --engine NAME      its engine (default: auto)
  --port NAME        an existing output, see \`affetto ports\`
  --virtual NAME     an output of our own with this name (default: Affetto Out; not on Windows)
  --record OUT.mid   no port: write what would be sent into this file
  --wait S           with an output of our own: start when somebody is connected to it, after S seconds at the latest
                     (default: 30; 0: at once; macOS does not tell who is connected, so there it is a pause of 3 s)
  --loop             start again at the end
  --follow-clock     wait for the DAW's Start and follow its clock
  --input NAME       where the clock comes from (default: our own port Affetto In)

Ctrl-C stops and leaves no note sounding.`,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: joinNegatives(args),
      options: OPTIONS,
      allowPositionals: true,
    });
    const [file] = positionals;
    const live = values.valence !== undefined || values.arousal !== undefined;
    requireInput(positionals.length <= 1, `play takes one file, got ${positionals.length}.`);
    requireInput(file !== undefined || live, 'Name a MIDI file, or give --valence and --arousal.');
    requireInput(!(file !== undefined && live), 'Either a file or --valence and --arousal, not both.');
    const take = file === undefined ? null : await readTake(file, (line) => io.err(`affetto: ${line}`));
    const source = take ? null : await openLiveSource(values, (line) => io.err(`affetto: ${line}`));
    const waitMs = 1000 * numberOf('--wait', values.wait ?? String(WAIT_S));
    requireInput(waitMs >= 0, `--wait wants seconds from 0, not ${values.wait}`);
    const midi = startMidi();
    try {
      midi.on('notice', (notice) => io.err(`affetto: ${notice.text}`));
      const state = await midi.call('configure', settings(values));
      const { output } = state;
      if (output.state !== 'open') throw new AffettoError(noPort(output.problem, state.status), 'failure');
      if (take) {
        await midi.call('load', { take });
        if (values.loop) await midi.call('loop', { startBar: 0, bars: take.bars.length });
      } else if (source) {
        // The session starts with what it is told here, not with what it was opened with.
        const [valence, arousal] = [Number(values.valence ?? 0), Number(values.arousal ?? 0)];
        await midi.call('emotion', { valence, arousal, intensity: 0.5 });
        await midi.serve(source);
        if (values.loop && values.bars) await midi.call('loop', { startBar: 0, bars: Number(values.bars) });
      }
      const ended = untilEnd(midi, io);
      // A DAW that leads says by itself when it is ready.
      if (output.kind === 'virtual' && !values['follow-clock'] && waitMs > 0)
        await untilHeard(midi, output, waitMs, io);
      await midi.call('play', {});
      const waits = values['follow-clock'] ? ` when ${state.input.name ?? 'the clock'} starts` : '';
      io.out(`playing to ${output.name}${waits} (Ctrl-C stops)`);
      await ended;
    } finally {
      await midi.quit();
      source?.dispose();
    }
  },
};

function settings(values: {
  port?: string;
  virtual?: string;
  record?: string;
  input?: string;
  'follow-clock'?: boolean;
}): Partial<MidiSettings> {
  const targets = [values.port, values.virtual, values.record].filter((value) => value !== undefined);
  requireInput(targets.length <= 1, 'Choose one of --port, --virtual and --record.');
  requireInput(
    values['follow-clock'] || values.input === undefined,
    '--input only makes sense with --follow-clock.',
  );
  let output: OutputChoice = { kind: 'auto' };
  if (values.port !== undefined) output = { kind: 'existing', name: values.port };
  if (values.virtual !== undefined) output = { kind: 'virtual', name: values.virtual };
  if (values.record !== undefined) output = { kind: 'file', path: values.record };
  const follow = values['follow-clock'] === true;
  const chosen: InputChoice =
    values.input === undefined ? { kind: 'auto' } : { kind: 'existing', name: values.input };
  return {
    output,
    input: follow ? chosen : { kind: 'none' },
    sync: follow ? 'follow' : 'alone',
    tempo: follow ? 'daw' : 'piece',
  };
}

function noPort(
  problem: string | undefined,
  status: { available: boolean; reason?: string; advice?: string },
): string {
  const why = status.available ? problem : `${status.reason} ${status.advice}`;
  return `There is no MIDI output to play to. ${why ?? ''} --record OUT.mid writes a file instead.`.replace(
    / +/g,
    ' ',
  );
}

/** Resolves when somebody is connected to our own output, so that a recorder that is started beside us gets every note. */
async function untilHeard(midi: MidiWatchdog, output: PortState, waitMs: number, io: Io): Promise<void> {
  const blind = output.listeners === undefined;
  if (blind || output.listeners === 0)
    io.err(
      `affetto: ${blind ? 'starting in a moment' : 'waiting for a listener'}: connect to ${output.name}`,
    );
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, blind ? Math.min(waitMs, BLIND_MS) : waitMs);
    const go = () => {
      clearTimeout(timer);
      // Whoever connects gets ready to record next.
      setTimeout(resolve, READY_MS);
    };
    midi.on('state', ({ output: { listeners } }) => listeners && go());
    if (output.listeners) go();
    io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Resolves when the music is over or Ctrl-C was pressed. */
function untilEnd(midi: MidiWatchdog, io: Io): Promise<void> {
  return new Promise((resolve) => {
    midi.on('notice', (notice) => {
      if (notice.code === 'take-ended') resolve();
    });
    io.signal.addEventListener('abort', () => resolve(), { once: true });
    if (io.signal.aborted) resolve();
  });
}
