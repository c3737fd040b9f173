// How often the chord finder's root agrees with Pop1k7's chord markers, weighted by time:
//   node scripts/measure-chords.mjs ../shared/data/pop1k7 [val|train] [every nth song]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledParts } from './bundle-parts.mjs';

const [folder, split = 'val', nth = '1'] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node scripts/measure-chords.mjs POP1K7_DIR [val|train] [every nth song]');
  process.exit(2);
}

const ROOTS = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'];
const QUALITIES = {
  M: 'maj',
  m: 'min',
  o: 'dim',
  '+': 'aug',
  M7: 'maj7',
  m7: 'min7',
  o7: 'dim7',
  '/o7': 'm7b5',
};

const { parseMidi, importPiece } = await bundledParts('measure-chords-model', {
  'model/music/midi-in': 'parseMidi',
  'model/music/import': 'importPiece',
});

/** The marker in force at a time in seconds; markers that are no chords are passed over. */
function markerChords(song) {
  return song.markers
    .map(({ seconds, text }) => ({ seconds, parts: text.split('_') }))
    .filter(({ parts }) => parts.length === 3 && (parts[0] === 'N' || ROOTS.includes(parts[0])))
    .map(({ seconds, parts: [name, quality, bass] }) => ({
      seconds,
      root: ROOTS.indexOf(name),
      quality: QUALITIES[quality] ?? quality,
      bass: ROOTS.indexOf(bass),
    }));
}

const songs = readFileSync(join(folder, 'songs.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
  .filter(([, part]) => part.trim() === split)
  .filter((_, i) => i % Number(nth) === 0);
const total = { time: 0, root: 0, quality: 0, bass: 0, triad: 0, changes: 0, markerChanges: 0 };
const perSong = [];
for (const [name] of songs) {
  const file = join(folder, 'midi', `${name}.mid`);
  const song = parseMidi(readFileSync(file), `${name}.mid`);
  const { chords, beatTimes, endSeconds } = importPiece(song, { grid: 'file' });
  const markers = markerChords(song);
  let at = 0;
  let time = 0;
  let agreed = 0;
  for (const [beat, chord] of chords.entries()) {
    const start = beatTimes[beat];
    const length = (beatTimes[beat + 1] ?? endSeconds) - start;
    while (at + 1 < markers.length && markers[at + 1].seconds <= start + 0.01) at++;
    const marker = markers[at];
    if (!marker || marker.seconds > start + 0.01 || marker.root < 0) continue;
    time += length;
    if (chord?.root !== marker.root) continue;
    agreed += length;
    if (chord.quality === marker.quality) total.quality += length;
    if (chord.bass === marker.bass) total.bass += length;
  }
  total.time += time;
  total.root += agreed;
  total.changes += chords.filter((chord, i) => i > 0 && chord?.root !== chords[i - 1]?.root).length;
  total.markerChanges += markers.filter((marker, i) => i > 0 && marker.root !== markers[i - 1].root).length;
  if (time > 0) perSong.push(agreed / time);
}
const share = (value) => (value / total.time).toFixed(3);
const mean = perSong.reduce((sum, value) => sum + value, 0) / perSong.length;
console.log(`${songs.length} ${split} songs, ${(total.time / 3600).toFixed(1)} hours with a marked chord`);
console.log(`root agrees ${share(total.root)} of the time (mean of songs ${mean.toFixed(3)})`);
console.log(`root and quality ${share(total.quality)}, root and bass ${share(total.bass)}`);
console.log(`changes of root: ${total.changes} found, ${total.markerChanges} marked`);
