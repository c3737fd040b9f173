import { expect, test } from 'vitest';
import { newProject, type ProjectDocument } from '../../src/contract/document.ts';
import { readProject } from '../../src/host/migrate.ts';
import { AffettoError } from '../../src/model/error.ts';
import { Dice, mutated, PATIENCE, tell, times } from './attack.ts';
import { CLIP } from './samples.ts';

const SONG: ProjectDocument = {
  ...newProject('song'),
  clips: [
    CLIP,
    { ...CLIP, id: 'd', kind: 'remix', mix: { tempo: { clipId: 'c', amount: 50, muted: false } } },
  ],
  currentId: 'd',
};

test('a mutated song is read as it would be saved again, or refused in words', PATIENCE, () => {
  const dice = new Dice('songs');
  const count = times(500, 20_000);
  let read = 0;
  for (let i = 0; i < count; i++) {
    let text = JSON.stringify(mutated({ state: '0123456789abcdef', ...SONG }, dice)) ?? '';
    if (dice.below(4) === 0) text = text.slice(0, dice.below(text.length));
    try {
      const song = readProject(text, 'This song');
      expect(readProject(JSON.stringify(song), 'This song')).toEqual(song);
      expect(new Set(song.clips.map(({ id }) => id)).size).toBe(song.clips.length);
      read++;
    } catch (error) {
      if (!(error instanceof AffettoError)) throw new Error(`song ${i}: ${error}\n${text}`, { cause: error });
      expect(error.message).toMatch(/^This song/);
    }
  }
  tell('songs', { songs: count, read, refused: count - read, crashed: 0 });
});
