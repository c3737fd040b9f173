import type { MidiSong } from '../music/song.ts';
import type { Bar } from './bar.ts';
import { DRUM_CHANNEL, type FileMessages } from './file-messages.ts';
import { barAt, draftBars, finish, place } from './piece-bars.ts';

/**
 * A MIDI file as bars to be played exactly as it is: its own times, its own tempo, nothing quantised. With all its messages it
 * keeps channels, programs, pedals as they are pressed, other controllers, bends and drums; without, it is notes and a pedal.
 */
export function songToBars(song: MidiSong, all: FileMessages | null = null): Bar[] {
  const beatOf = (tick: number): number => tick / song.ticksPerBeat;
  const drums = (all?.drums ?? []).map((drum) => ({ ...drum, channel: DRUM_CHANNEL - 1 }));
  const notes = [...song.notes, ...drums];
  const end = notes.reduce((latest, note) => Math.max(latest, note.endTick), 0);
  const drafts = draftBars(barLengths(song, beatOf(end)));
  for (const note of notes) {
    const beat = beatOf(note.startTick);
    const bar = barAt(drafts, beat);
    const length = Math.max(1e-3, beatOf(note.endTick - note.startTick));
    const { pitch, velocity } = note;
    bar.notes.push({
      beat: beat - bar.start,
      length,
      pitch,
      velocity,
      ...(all && { channel: note.channel + 1 }),
    });
  }
  for (const { tick, bytes } of all?.messages ?? []) {
    const bar = barAt(drafts, beatOf(tick));
    bar.messages.push({ beat: Math.min(beatOf(tick) - bar.start, bar.beats), bytes });
  }
  for (const { startSeconds, endSeconds } of all ? [] : song.pedal) {
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
