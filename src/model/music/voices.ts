import type { Voice as HeardVoice } from '../voices/voice.ts';

/** Which part of the texture a note belongs to; decides its channel or track where parts are split. */
export type Voice = 'melody' | 'chords' | 'bass';
export const VOICES: readonly Voice[] = ['melody', 'chords', 'bass'];

/** Bass notes lie below this (C4, middle C); without it a lone high melody note would be called bass. */
const BASS_BELOW = 60;
/** Melody notes lie at or above this (G3) or alone; left-hand figures below it are no tune. */
const MELODY_FROM = 55;

/** What lies between tune and bass goes with the chords. */
const PLAYED_AS: Readonly<Record<HeardVoice, Voice>> = { melody: 'melody', bass: 'bass', inner: 'chords' };

/**
 * The voice of every note, in the order of the notes: its own where it has one. Else, among notes written on one step the highest is melody, the lowest is
 * bass, what lies between is chords. The step is the written one: how a player spreads a chord in time changes no voice.
 */
export function voicesOf(
  notes: readonly { readonly step: number; readonly pitch: number; readonly voice?: HeardVoice }[],
): Voice[] {
  const extremes = new Map<number, { low: number; high: number }>();
  for (const { step, pitch } of notes) {
    const found = extremes.get(step);
    if (!found) extremes.set(step, { low: pitch, high: pitch });
    else {
      found.low = Math.min(found.low, pitch);
      found.high = Math.max(found.high, pitch);
    }
  }
  return notes.map(({ step, pitch, voice }) => {
    if (voice) return PLAYED_AS[voice];
    const { low, high } = extremes.get(step)!;
    if (pitch === high && pitch >= MELODY_FROM) return 'melody';
    if (pitch === low && pitch < BASS_BELOW) return 'bass';
    return 'chords';
  });
}
