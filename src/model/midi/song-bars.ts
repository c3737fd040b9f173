import type { MidiSong } from '../music/song.ts';
import type { Bar } from './bar.ts';
import { barAt, draftBars, finish, place } from './piece-bars.ts';

/** A MIDI file as bars to be played exactly as it is: its own times, its own tempo, nothing quantised. */
export function songToBars(song: MidiSong): Bar[] {
  const beatOf = (tick: number): number => tick / song.ticksPerBeat;
  const end = song.notes.reduce((latest, note) => Math.max(latest, note.endTick), 0);
  const drafts = draftBars(barLengths(song, beatOf(end)));
  for (const note of song.notes) {
    const beat = beatOf(note.startTick);
    const bar = barAt(drafts, beat);
    const length = Math.max(1e-3, beatOf(note.endTick - note.startTick));
    bar.notes.push({ beat: beat - bar.start, length, pitch: note.pitch, velocity: note.velocity });
  }
  for (const { startSeconds, endSeconds } of song.pedal) {
    place(drafts, beatOf(tickAt(song, startSeconds)), true);
    place(drafts, beatOf(tickAt(song, endSeconds)), false);
  }
  for (const { tick, bpm } of song.tempos) {
    const bar = barAt(drafts, beatOf(tick));
    // Files hold wild tempos at times; the clock takes 1..999.
    if (beatOf(tick) < bar.start + bar.beats) {
      bar.tempos.push({ beat: beatOf(tick) - bar.start, bpm: Math.max(1, Math.min(999, bpm)) });
    }
  }
  return finish(drafts);
}

/** Lengths in beats of the bars that the file's time signatures make, until its last note has ended. */
function barLengths(song: MidiSong, end: number): number[] {
  const lengths: number[] = [];
  let start = 0;
  do {
    const signature = song.timeSignatures.findLast((one) => one.tick / song.ticksPerBeat <= start + 1e-6);
    const beats = signature ? (4 * signature.numerator) / signature.denominator : 4;
    lengths.push(beats);
    start += beats;
  } while (start < end);
  return lengths;
}

function tickAt(song: MidiSong, seconds: number): number {
  const tempo = song.tempos.findLast((one) => one.seconds <= seconds) ?? { seconds: 0, tick: 0, bpm: 120 };
  return tempo.tick + (seconds - tempo.seconds) * (tempo.bpm / 60) * song.ticksPerBeat;
}
