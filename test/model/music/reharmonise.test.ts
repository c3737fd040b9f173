import { describe, expect, it } from 'vitest';
import { parseChord } from '../../../src/model/music/parse-chord.ts';
import { CHORD_TONES, type Chord, type Key } from '../../../src/model/music/piece.ts';
import { Reharmoniser } from '../../../src/model/music/reharmonise.ts';

const MAJOR: Key = { tonic: 0, mode: 'major' };
const MINOR: Key = { tonic: 0, mode: 'minor' };

const mover = (from: string | null, to: string | null, toKey = MAJOR, all: readonly number[] = []) =>
  new Reharmoniser(
    {
      from: from ? parseChord(from) : null,
      to: to ? parseChord(to) : null,
      fromKey: MAJOR,
      toKey,
      low: 22,
      high: 107,
    },
    all,
  );
const roleIn = (chord: Chord, pitch: number) =>
  CHORD_TONES[chord.quality].indexOf((pitch - chord.root + 24) % 12);

const NAMES = [
  'C',
  'Dm',
  'Em',
  'F',
  'G7',
  'Am',
  'Bm7b5',
  'Cmaj7',
  'F#',
  'Abm',
  'Ebdim',
  'Gsus4',
  'Daug',
  'C#dim7',
];

describe('notes on another chord', () => {
  it('keep their roles', () => {
    // Root, fifth, root, third of C on Am.
    expect(mover('C', 'Am').move([48, 55, 60, 64], true)).toEqual([45, 52, 57, 60]);
    expect(mover('G7', 'Fm').move([43, 47, 50], true)).toEqual([41, 44, 48]);
  });

  it.each(NAMES.flatMap((from) => NAMES.map((to) => [from, to])))(
    'of %s to %s stay near and in order',
    (from, to) => {
      const [before, after] = [parseChord(from), parseChord(to)];
      const each = mover(from, to);
      for (let pitch = 30; pitch < 100; pitch++) {
        const [moved] = each.move([pitch], false);
        expect(Math.abs(moved - pitch)).toBeLessThanOrEqual(6);
        const role = roleIn(before, pitch);
        if (role >= 0 && role < CHORD_TONES[after.quality].length) expect(roleIn(after, moved)).toBe(role);
        if (role >= 0) expect(roleIn(after, moved)).toBeGreaterThanOrEqual(0);
      }
      for (const onset of [
        [36, 48, 52, 55],
        [40, 41, 42, 43, 44, 45, 46],
        [60, 62],
        [22, 23, 24],
        [105, 106, 107],
      ]) {
        const moved = each.move(onset, true);
        expect(moved).toHaveLength(onset.length);
        expect(
          moved.every((pitch, i) => pitch >= 22 && pitch <= 107 && (i === 0 || pitch > moved[i - 1])),
        ).toBe(true);
      }
    },
  );

  it('that pass stay between the chord tones that they lead to, in the scale and without a new clash', () => {
    // D between C and E, A between G and C: on F they are G between F and A, D between C and F.
    const toF = mover('C', 'F');
    expect(toF.move([62], false)).toEqual([67]);
    expect(toF.move([69], false)).toEqual([74]);
    // On Fm in minor the passing note is of the minor scale.
    expect(mover('C', 'Fm', MINOR).move([69], false)[0] % 12).toBe(2);
    for (const to of NAMES) {
      const tones = CHORD_TONES[parseChord(to).quality].map((tone) => (tone + parseChord(to).root) % 12);
      const [moved] = mover('C', to).move([62], false);
      if (!tones.includes(moved % 12))
        expect(tones.some((tone) => [1, 11].includes((tone - (moved % 12) + 12) % 12))).toBe(false);
    }
  });

  it('rise and fall as they did', () => {
    for (const to of ['F', 'Am', 'G', 'Dm']) {
      const each = mover('C', to);
      const line = [60, 62, 64, 65, 67, 69, 71, 72].map((pitch) => each.move([pitch], false)[0]);
      expect(line.every((pitch, i) => i === 0 || pitch >= line[i - 1])).toBe(true);
    }
  });

  it('sound a new seventh where the root is doubled', () => {
    const all = [48, 55, 60, 64, 67];
    expect(mover('C', 'Dm7', MAJOR, all).move([48, 55, 60, 64], true)).toEqual([50, 57, 60, 65]);
    expect(mover('C', 'Dm7', MAJOR, [48, 55, 64]).move([48, 55, 64], true)).toEqual([50, 57, 65]);
  });

  it('only follow the scale where there is no chord on either side', () => {
    const line = [60, 61, 64, 69];
    for (const [from, to] of [
      [null, 'G'],
      ['C', null],
    ] as const) {
      expect(mover(from, to).move(line, true)).toEqual(line);
      expect(mover(from, to, MINOR).move(line, true)).toEqual([60, 61, 63, 68]);
    }
  });
});
