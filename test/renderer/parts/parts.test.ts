import { describe, expect, test } from 'vitest';
import { type Clip, NEW_ASK, newProject, type ProjectDocument } from '../../../src/contract/document.ts';
import type { Piece } from '../../../src/model/music/piece.ts';
import {
  addSection,
  arrangedPiece,
  arrangementOf,
  askedOfWhole,
  changeSection,
  clipSection,
  emptySection,
  fillSection,
  heardInWhole,
  moveSection,
  placedSections,
  repeatSection,
  withPath,
} from '../../../src/renderer/parts/arrangement.ts';
import { askForPart, growthOf, sectionRenewal } from '../../../src/renderer/parts/growth.ts';
import {
  duplicateClip,
  joinClips,
  repeatClip,
  splitClip,
  trimClip,
} from '../../../src/renderer/parts/part-edits.ts';
import { clipFromTake } from '../../../src/renderer/session/clips.ts';
import { renewalAgain, requestFor } from '../../../src/renderer/session/requests.ts';

const happy = { valence: 0.8, arousal: 0.6 };
const sad = { valence: -0.6, arousal: -0.5 };

function pieceOf(bars: number, tonic = 0): Piece {
  return {
    key: { tonic, mode: 'major' },
    barBeats: new Array<number>(bars).fill(4),
    notes: Array.from({ length: bars }, (_, bar) => ({
      step: bar * 16,
      pitch: 60 + bar,
      duration: 4,
      velocity: 70,
    })),
    tempos: [{ beat: 0, bpm: 96 }],
    chords: [{ beat: 0, chord: { root: tonic, quality: 'maj' } }],
  };
}

const clipOf = (id: string, bars: number, feels = happy, tonic = 0): Clip => ({
  id,
  name: id,
  kind: 'take',
  starred: false,
  piece: pieceOf(bars, tonic),
  mix: {},
  asked: new Array(bars).fill(feels),
  heard: { emotion: feels, bars: new Array(bars).fill(feels) },
});

const a = clipOf('a', 8);
const b = clipOf('b', 4, sad, 5);
const song = (...clips: Clip[]): ProjectDocument => ({
  ...newProject('song'),
  clips,
  currentId: clips[0]?.id ?? null,
});
const put = (doc: ProjectDocument, clip: Clip | null): ProjectDocument =>
  addSection(doc, clip ? clipSection(doc, clip) : emptySection(doc));
const namesIn = (doc: ProjectDocument): string[] => arrangementOf(doc).sections.map(({ name }) => name);
const placedIn = (doc: ProjectDocument) => placedSections(arrangementOf(doc).sections, doc.clips);

describe('the song’s form', () => {
  test('a clip that comes back is a variant; another one has the next letter', () => {
    const doc = [a, b, a, null, a].reduce(put, song(a, b));
    expect(namesIn(doc)).toEqual(['A', 'B', "A'", 'C', "A''"]);
  });

  test('sections lie end to end, an empty one as long as it says', () => {
    const doc = [a, null, b].reduce(put, song(a, b));
    const placed = placedIn(doc);
    expect(placed.map(({ startBar, bars }) => [startBar, bars])).toEqual([
      [0, 8],
      [8, 8],
      [16, 4],
    ]);
    expect(arrangedPiece(placed)?.barBeats).toHaveLength(20);
    // The clip of a section was deleted: its bars are empty, and stay.
    expect(placedSections(arrangementOf(doc).sections, [b])[0]).toMatchObject({ clip: null, bars: 8 });
  });

  test('moves as far as there are places, repeats behind itself', () => {
    const doc = [a, b].reduce(put, song(a, b));
    const [first, second] = arrangementOf(doc).sections;
    expect(namesIn(moveSection(doc, second.id, -5))).toEqual(['B', 'A']);
    expect(moveSection(doc, first.id, -1)).toBe(doc);
    expect(namesIn(repeatSection(doc, first.id))).toEqual(['A', "A'", 'B']);
  });

  test('without a path it is asked for what the clips were, with one what the path says', () => {
    const doc = [a, b].reduce(put, song(a, b));
    const placed = placedIn(doc);
    const plain = askedOfWhole(arrangementOf(doc), placed, happy);
    expect([plain[0], plain[11]]).toEqual([happy, sad]);
    const shaped = withPath(doc, [
      { at: 1, ...happy },
      { at: 0, ...sad },
    ]);
    const along = askedOfWhole(arrangementOf(shaped), placed, happy);
    expect(along).toHaveLength(12);
    expect(along[0].valence).toBeLessThan(-0.5);
    expect(along[11].valence).toBeGreaterThan(0.7);
    expect(heardInWhole(placed, along)?.bars[9]).toEqual(sad);
  });

  test('more sections than a song holds are refused in words', () => {
    let doc = song(a);
    for (let i = 0; i < 200; i++) doc = put(doc, a);
    expect(() => put(doc, a)).toThrow(/200 sections at most/);
  });
});

describe('writing into the song', () => {
  const doc = [a, null, b].reduce(put, song(a, b));
  const placed = placedIn(doc);
  const whole = arrangedPiece(placed) as Piece;
  const empty = placed[1].section.id;
  const asked = askedOfWhole(arrangementOf(doc), placed, happy);

  test('an empty section goes on in the key before it, knowing what comes', () => {
    const renewal = sectionRenewal(placed, whole, empty, asked, 'anew');
    expect(renewal).toMatchObject({ fromBar: 8, toBar: 16, section: empty });
    expect(renewal?.elements).not.toContain('tempo');
    expect(renewal?.piece?.key.tonic).toBe(0);
    expect(renewal?.piece?.barBeats).toHaveLength(20);
    expect(renewal?.emotions).toHaveLength(20);
  });

  test('bars that are written anew are empty before; a variant keeps its notes and chords', () => {
    const { id } = placed[2].section;
    const anew = sectionRenewal(placed, whole, id, asked, 'anew');
    expect(anew?.piece?.notes.some(({ step }) => step >= 16 * 16)).toBe(false);
    expect(anew?.piece?.key.tonic).toBe(5);
    const variant = sectionRenewal(placed, whole, id, asked, 'variant');
    expect(variant?.piece?.notes.filter(({ step }) => step >= 16 * 16)).toHaveLength(4);
    expect(variant?.elements).not.toContain('chord');
  });

  test('nothing to go on from is told', () => {
    const alone = placedIn(put(song(), null));
    expect(
      sectionRenewal(alone, arrangedPiece(alone) as Piece, alone[0].section.id, [happy], 'anew'),
    ).toBeNull();
  });

  test('what comes back is the section alone, and plays in it', () => {
    const renewal = sectionRenewal(placed, whole, empty, asked, 'anew');
    const request = requestFor(askForPart(NEW_ASK, 2, false), renewal, {
      projectId: 'song',
      seed: 1,
      piece: null,
      dawBpm: null,
    });
    expect(request.base?.section).toBe(empty);
    const take = { index: 0, seed: 1, piece: whole, heard: { emotion: happy, bars: asked }, model: 'm' };
    const clip = clipFromTake({ id: 'job', request }, take, 'Take 3');
    expect(clip.piece.barBeats).toHaveLength(8);
    expect(clip.asked).toHaveLength(8);
    expect(clip.renewed).toBeUndefined();
    const filled = fillSection({ ...doc, clips: [...doc.clips, clip] }, empty, clip.id);
    expect(placedIn(filled)[1].clip?.id).toBe(clip.id);
    // A section that was removed meanwhile is not brought back.
    expect(fillSection(doc, 'gone', clip.id)).toBe(doc);
  });
});

describe('a clip that grows', () => {
  test('behind its end as the pad says, with what is there as it is heard', () => {
    const ask = { ...NEW_ASK, emotion: sad };
    const renewal = growthOf(a, { at: 8, bars: 4, feeling: 'asked', ends: false, takes: 2 }, ask);
    expect(renewal).toMatchObject({ fromBar: 8, toBar: 12 });
    expect(renewal.piece?.barBeats).toHaveLength(12);
    expect(renewal.emotions?.map(({ valence }) => valence)).toEqual([
      ...Array(8).fill(0.8),
      ...Array(4).fill(-0.6),
    ]);
  });

  test('along a path, over the new bars alone', () => {
    const path = [
      { at: 0, ...sad },
      { at: 1, ...happy },
    ];
    const renewal = growthOf(
      a,
      { at: 0, bars: 4, feeling: 'asked', ends: false, takes: 1 },
      { ...NEW_ASK, path },
    );
    const valences = renewal.emotions?.slice(0, 4).map(({ valence }) => valence) ?? [];
    expect([...valences].sort((x, y) => x - y)).toEqual(valences);
    expect(valences[3]).toBeGreaterThan(valences[0] + 0.8);
  });

  test('its own tempo goes on, and it ends only where it is asked to', () => {
    expect(askForPart({ ...NEW_ASK, tempo: 140, follow: 'daw' }, 2, false)).toMatchObject({
      tempo: null,
      follow: 'none',
      ending: 'none',
      takes: 2,
    });
    expect(askForPart(NEW_ASK, 1, true).ending).toBe('brief');
  });

  test('asked again, room is made again in the clip as it is', () => {
    const renewal = growthOf(a, { at: 8, bars: 4, feeling: 'clip', ends: false, takes: 1 }, NEW_ASK);
    const options = { projectId: 'song', seed: 1, piece: null, dawBpm: null };
    const request = requestFor(NEW_ASK, renewal, options);
    expect(request.base?.added).toBe(true);
    const take = { index: 0, seed: 1, piece: renewal.piece as Piece, heard: null, model: 'm' };
    const grown = clipFromTake({ id: 'job', request }, take, 'Take 2');
    expect(grown.renewed).toEqual({
      clipId: 'a',
      elements: renewal.elements,
      fromBar: 8,
      toBar: 12,
      added: true,
    });
    expect(requestFor(NEW_ASK, renewalAgain(grown, [a]), options).base).toEqual(request.base);
  });
});

describe('a clip cut and laid anew', () => {
  test('trimmed, what was heard goes with the bars', () => {
    const doc = trimClip(song(a, b), 'a', 2, 5);
    expect(doc.clips[0].piece.notes.map(({ pitch }) => pitch)).toEqual([62, 63, 64]);
    expect(doc.clips[0].heard?.bars).toHaveLength(3);
    expect(doc.clips[0].asked).toHaveLength(3);
  });

  test('split, the song sounds as it did', () => {
    const doc = [a, b].reduce(put, song(a, b));
    const halves = splitClip(doc, 'a', 3);
    expect(halves.clips.map(({ name }) => name)).toEqual(['a', 'a (rest)', 'b']);
    expect(namesIn(halves)).toEqual(['A', "A'", 'B']);
    expect(arrangedPiece(placedIn(halves))?.notes).toEqual(arrangedPiece(placedIn(doc))?.notes);
  });

  test('duplicated, repeated, joined: names do not meet', () => {
    const twice = duplicateClip(duplicateClip(song(a), a), a);
    expect(twice.clips.map(({ name }) => name)).toEqual(['a', 'a copy', 'a copy 2']);
    expect(new Set(twice.clips.map(({ id }) => id)).size).toBe(3);
    expect(repeatClip(song(a), 'a', 3).clips[0].heard?.bars).toHaveLength(24);
    const joined = joinClips(song(a, b), ['a', 'b']).clips[2];
    expect(joined).toMatchObject({ name: 'a + b', kind: 'remix' });
    expect(joined.piece.barBeats).toHaveLength(12);
    expect(joined.heard?.bars[10]).toEqual(sad);
  });

  test('a section keeps its length where its clip is changed', () => {
    const doc = put(song(a), null);
    const { id } = arrangementOf(doc).sections[0];
    expect(placedIn(changeSection(doc, id, { bars: 12 }))[0].bars).toBe(12);
  });
});
