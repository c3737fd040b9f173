import { expect, test } from 'vitest';
import { AffettoError } from '../../src/model/error.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import { importFile } from '../../src/services/inference/analyse.ts';
import { Dice, mutatedBytes, PATIENCE, tell, times } from './attack.ts';
import { PIECE } from './samples.ts';

/** One in so many is read as a clip, too, which takes longer. */
const IMPORTED = 10;

test('a mutated MIDI file is read, or refused in words', PATIENCE, () => {
  const dice = new Dice('midi');
  const files = ([0, 1] as const).map((type) => writeMidi(PIECE, { name: 'Verse', type, chords: true }));
  const count = times(1000, 100_000);
  let [read, longest] = [0, 0];
  for (let i = 0; i < count; i++) {
    const bytes = mutatedBytes(dice.of(files), dice);
    const started = process.cpuUsage().user;
    try {
      const { notes } = parseMidi(bytes, 'verse.mid');
      for (const { startSeconds, endSeconds, pitch, velocity } of notes) {
        expect(startSeconds >= 0 && endSeconds >= startSeconds && endSeconds < 1e9).toBe(true);
        expect(pitch >= 0 && pitch <= 127 && velocity >= 1 && velocity <= 127).toBe(true);
      }
      if (i % IMPORTED === 0)
        importFile({ fileName: 'verse.mid', base64: Buffer.from(bytes).toString('base64') }, () => null);
      read++;
    } catch (error) {
      if (!(error instanceof AffettoError))
        throw new Error(`file ${i}: ${error}\n${Buffer.from(bytes).toString('hex')}`, { cause: error });
    }
    longest = Math.max(longest, process.cpuUsage().user - started);
  }
  tell('MIDI files', {
    files: count,
    read,
    refused: count - read,
    crashed: 0,
    longestMs: Math.round(longest / 1000),
  });
});
