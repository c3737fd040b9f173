import { type Ask, NEW_ASK } from '../../contract/document.ts';
import { chordName } from '../../model/music/names.ts';
import { parseProgression } from '../../model/music/parse-chord.ts';
import { keyName, pitchName, plural } from '../shared/format.ts';
import { densityText } from './density.ts';

const C_MAJOR = { tonic: 0, mode: 'major' } as const;

/** What was asked beside the emotion, a few words each; only what says something. */
export function askWords(ask: Ask): string[] {
  const words = [plural(ask.bars, 'bar')];
  if (ask.beatsPerBar !== NEW_ASK.beatsPerBar) words.push(`${ask.beatsPerBar}/4`);
  if (ask.key) words.push(keyName(ask.key));
  if (ask.tempo !== null) words.push(`${Math.round(ask.tempo)} bpm`);
  if (ask.chords === 'typed') words.push(progressionWords(ask.progression));
  if (ask.chords === 'keep') words.push('chords kept');
  return [...words, ...limitWords(ask)];
}

/** The settings behind "More" that differ from those of a new song. */
export function limitWords(ask: Ask): string[] {
  const words: string[] = [];
  const name = (pitch: number): string => pitchName(pitch, ask.key ?? C_MAJOR);
  if (ask.low !== null && ask.high !== null) words.push(`${name(ask.low)} to ${name(ask.high)}`);
  else if (ask.low !== null) words.push(`from ${name(ask.low)} up`);
  else if (ask.high !== null) words.push(`up to ${name(ask.high)}`);
  if (ask.voices !== null) words.push(ask.voices === 1 ? 'one voice' : `at most ${ask.voices} voices`);
  if (ask.density !== null) words.push(densityText(ask.density));
  if (ask.ending === 'full') words.push('a long ending');
  if (ask.ending === 'none') words.push('no ending');
  if (ask.pedal === false) words.push('no pedal');
  if (ask.timing !== undefined) words.push(ask.timing === 0 ? 'on the grid' : `timing ${ask.timing}%`);
  if (ask.temperature !== 1) words.push(`adventure ${ask.temperature.toFixed(2)}`);
  if (ask.intensity !== 1) words.push(`intensity ${ask.intensity.toFixed(1)}`);
  return words;
}

/** Names in their usual spelling, a long progression cut. */
function progressionWords(text: string): string {
  try {
    const bars = parseProgression(text).map((bar) => bar.map((chord) => chordName(chord, C_MAJOR)).join(' '));
    const shown = bars.slice(0, 4).join(' | ');
    return bars.length > 4 ? `${shown} …` : shown;
  } catch {
    return text.slice(0, 40);
  }
}
