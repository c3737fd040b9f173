import { parseArgs } from 'node:util';
import { requireInput } from '../../model/error.ts';
import { type ImportedPiece, importPiece } from '../../model/music/import.ts';
import { type MidiOptions, writeMidi } from '../../model/music/midi-out.ts';
import type { Piece } from '../../model/music/piece.ts';
import type { Command } from '../command.ts';
import { readSong, tellPassedOver, writeOutput } from '../files.ts';
import { checkOutput } from '../generation.ts';
import { loadHearing } from '../hearing.ts';

const QUANTIZE = ['off', 'beats', 'steps'] as const;
type Quantize = (typeof QUANTIZE)[number];

const USAGE = `affetto convert IN.mid --out OUT.mid

Opens a MIDI file and writes it again as the window does: every note where and as long as it was, with its tempo map, metre, key,
pedal and names.
  --quantize HOW  off (the default); beats: bars and tempo follow the beats that were found, notes keep their times;
                  steps: the notes lie on the grid as well
  --type N        0: one track; 1 (the default): a track for each voice
  --chords        write the chords that are heard as markers
  --json          one line of JSON`;

export const command: Command = {
  summary: 'a MIDI file opened and written again',
  usage: USAGE,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        quantize: { type: 'string', default: 'off' },
        type: { type: 'string', default: '1' },
        chords: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    requireInput(positionals.length === 1, 'convert needs one MIDI file; affetto convert --help tells more');
    requireInput(values.out !== undefined && /\.midi?$/i.test(values.out), 'convert needs --out FILE.mid');
    const { quantize } = values;
    requireInput(isQuantize(quantize), `--quantize is ${QUANTIZE.join(', ')}, not '${quantize}'`);
    requireInput(values.type === '0' || values.type === '1', `--type is 0 or 1, not '${values.type}'`);
    checkOutput(values.out);
    const song = await readSong(positionals[0]);
    tellPassedOver(song, io);
    const { beatTracker } = await loadHearing((line) => io.err(line));
    const imported = importPiece(song, beatTracker ? { beatTracker } : {});
    const bytes = converted(imported, quantize, { type: values.type === '0' ? 0 : 1, chords: values.chords });
    await writeOutput(values.out, bytes);
    const report = {
      file: values.out,
      notes: song.notes.length,
      isPerformance: imported.isPerformance,
      passedOver: song.passedOver,
    };
    io.out(values.json ? JSON.stringify(report) : `${values.out}  ${song.notes.length} notes`);
  },
};

const isQuantize = (text: string): text is Quantize => (QUANTIZE as readonly string[]).includes(text);

function converted({ piece }: ImportedPiece, quantize: Quantize, options: MidiOptions): Uint8Array {
  if (quantize === 'off') return writeMidi(piece, options);
  return writeMidi(quantize === 'steps' ? onSteps(piece) : piece, { ...options, beats: 'piece' });
}

/** The notes on the grid, as long as the grid says, at the pace that words would tell. */
function onSteps({ pace, ...piece }: Piece): Piece {
  return {
    ...piece,
    tempos: pace ?? piece.tempos,
    notes: piece.notes.map(({ step, pitch, duration, velocity, part }) => ({
      step,
      pitch,
      duration,
      velocity,
      ...(part === undefined ? {} : { part }),
    })),
  };
}
