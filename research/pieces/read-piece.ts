import type { Hearing } from '../../src/cli/hearing.ts';
import { AffettoError } from '../../src/model/error.ts';
import { importPiece } from '../../src/model/music/import.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { valueOfChord } from '../../src/model/tokens/values.ts';
import { VOICES } from '../../src/model/voices/voice.ts';
import type { PieceJob, Source } from './sources.ts';

/** POP909-CL's files carry the music in one channel and chord symbols, as block chords, in another. */
const MUSIC_CHANNEL = 0;

/**
 * What training/generator reads of a file: the piece on its grid, a voice a note, and the emotion that is heard in each bar.
 * EMOPIA is performance and needs the beat tracker; the others carry their beats. Throws an input error if the file cannot be used.
 */
export function readPiece(bytes: Uint8Array, job: PieceJob, source: Source, hearing: Required<Hearing>) {
  const file = parseMidi(bytes, `${job.id}.mid`);
  const song =
    source === 'pop909'
      ? { ...file, notes: file.notes.filter(({ channel }) => channel === MUSIC_CHANNEL) }
      : file;
  const { beatTracker, voiceTagger, recognise } = hearing;
  const { piece, chords, downbeatTimes, endSeconds, bpm, beatCertainty } = importPiece(song, {
    grid: source === 'emopia' ? 'track' : 'file',
    octaveFold: true,
    beatTracker,
    voiceTagger,
  });
  if (piece.barBeats.length < 2)
    throw new AffettoError(`${job.id}.mid: only one bar, too short to learn from`);
  const heard = recognise(song.notes, [...downbeatTimes, endSeconds]);
  return {
    id: job.id,
    split: job.split,
    q: job.quadrant,
    key: piece.key,
    barBeats: piece.barBeats,
    bpm,
    certainty: beatCertainty,
    tempos: piece.tempos.map((tempo) => [tempo.beat, round(tempo.bpm, 100)]),
    chords: chords.map((chord) => valueOfChord(chord, piece.key.tonic)),
    notes: piece.notes.map((note) => [
      note.step,
      note.pitch,
      round(note.length ?? note.duration, 100),
      note.velocity,
      round(note.offset ?? 0, 1000),
    ]),
    voices: piece.notes.map(({ voice }) => VOICES.indexOf(voice ?? 'inner')),
    v: heard.perBar.map(({ valence }) => valence),
    a: heard.perBar.map(({ arousal }) => arousal),
  };
}

const round = (value: number, parts: number): number => Math.round(value * parts) / parts;
