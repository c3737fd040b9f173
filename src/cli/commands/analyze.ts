import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { requireInput } from '../../model/error.ts';
import type { ImportOptions } from '../../model/music/import.ts';
import { type Analysis, analyze } from '../analysis.ts';
import { analyzeFolder } from '../analyze-folder.ts';
import type { Command } from '../command.ts';
import { readSong, tellPassedOver } from '../files.ts';
import { loadHearing } from '../hearing.ts';

const USAGE = `affetto analyze FILE.mid [--json]
affetto analyze FOLDER [--csv] [--out FILE]

What is in a MIDI file: grid or performance, tempo, key, beats, chords, measures, voices, emotion.
  --json            one line of JSON, with the time of every beat, downbeat and chord
Of a folder, with those below it: a line of JSON for each file; one that cannot be read has a line that says why.
  --csv             rows of CSV instead, without the times
  --out FILE        lines go there; the same command again goes on where it was stopped
Corrections, where the beats were read wrong:
  --double, --halve twice as many beats, or half
  --shift N         bar lines N beats later
  --three-four      three beats a bar
  --four-four       four, where the file says otherwise
  --free-time       claim no beats
  --grid KIND       file: the file's own ticks; track: find the beats; auto (the default)`;

export const command: Command = {
  summary: 'tempo, key, beats, chords, measures, voices and emotion of a MIDI file, or of a folder of them',
  usage: USAGE,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        csv: { type: 'boolean', default: false },
        out: { type: 'string' },
        double: { type: 'boolean', default: false },
        halve: { type: 'boolean', default: false },
        shift: { type: 'string' },
        'three-four': { type: 'boolean', default: false },
        'four-four': { type: 'boolean', default: false },
        'free-time': { type: 'boolean', default: false },
        grid: { type: 'string', default: 'auto' },
      },
    });
    requireInput(
      positionals.length === 1,
      'analyze needs one MIDI file, or a folder; affetto analyze --help tells more',
    );
    requireInput(!(values.double && values.halve), 'choose one of --double and --halve');
    requireInput(
      !(values['three-four'] && values['four-four']),
      'choose one of --three-four and --four-four',
    );
    const options: ImportOptions = {
      grid: gridOf(values.grid),
      octave: values.double ? 'double' : values.halve ? 'halve' : undefined,
      shiftBeats: values.shift === undefined ? 0 : beatsOf(values.shift),
      threeFour: values['three-four'],
      fourFour: values['four-four'],
      freeTime: values['free-time'],
    };
    const [path] = positionals;
    const missing: string[] = [];
    if (await isFolder(path)) {
      requireInput(!(values.json && values.csv), 'choose one of --json and --csv');
      return analyzeFolder(
        { folder: path, csv: values.csv, out: values.out ?? null, options },
        () => loadHearing(io.err),
        io,
      );
    }
    requireInput(!values.csv && values.out === undefined, '--csv and --out are for a folder of MIDI files');
    const song = await readSong(path);
    tellPassedOver(song, io);
    const hearing = await loadHearing((line) => void missing.push(line));
    const analysis = analyze(song, hearing, options);
    for (const line of missing) io.err(line);
    if (analysis.isPerformance && !hearing.beatTracker && !options.freeTime) {
      io.err('affetto: the beat tracker (resources/models/beats) is missing; read in free time');
    }
    for (const line of values.json ? [JSON.stringify(analysis)] : describe(analysis)) io.out(line);
  },
};

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

function gridOf(text: string): 'auto' | 'file' | 'track' {
  requireInput(
    text === 'auto' || text === 'file' || text === 'track',
    `--grid is file, track or auto, not '${text}'`,
  );
  return text;
}

function beatsOf(text: string): number {
  requireInput(/^-?\d{1,2}$/.test(text), `--shift wants a whole number of beats, not '${text}'`);
  return Number(text);
}

/** The same for people: one fact a line. */
function describe(analysis: Analysis): string[] {
  const { measures, voices, emotion } = analysis;
  const percent = (share: number): string => `${Math.round(share * 100)}%`;
  const grid = analysis.isPerformance
    ? `a performance (sure to ${percent(1 - analysis.gridConfidence)}); beats found, sure to ${percent(analysis.beatCertainty)}`
    : `on the file's own grid (sure to ${percent(analysis.gridConfidence)})`;
  const chords = analysis.chords.slice(0, 12).map(({ label }) => label);
  return [
    analysis.file,
    `  grid      ${grid}`,
    `  tempo     ${analysis.bpm.toFixed(1)} bpm, ${analysis.beats.length} beats, ${analysis.bars} bars`,
    `  key       ${analysis.key} (sure to ${percent(analysis.keyConfidence)})`,
    `  chords    ${chords.join('  ')}${analysis.chords.length > chords.length ? '  …' : ''}`,
    `  range     ${measures.pitchRange} semitones (${measures.barPitchRange.toFixed(1)} a bar), ` +
      `${measures.pitchClasses} pitch classes (${measures.barPitchClasses.toFixed(1)} a bar)`,
    `  texture   ${measures.polyphony.toFixed(2)} notes at once (${measures.barPolyphony.toFixed(2)} a bar), ` +
      `${measures.notesPerSecond.toFixed(2)} notes a second`,
    voices
      ? `  voices    melody ${voices.melody}, bass ${voices.bass}, inner ${voices.inner} notes`
      : '  voices    the tagger of voices (resources/models/voices) is missing',
    `  velocity  ${measures.meanVelocity.toFixed(1)}`,
    emotion
      ? `  emotion   ${emotion.quadrant}: valence ${emotion.valence.toFixed(2)}, arousal ${emotion.arousal.toFixed(2)}`
      : '  emotion   the recogniser (resources/models/recogniser) is missing',
  ];
}
