import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { StreamedBar } from '../../src/cli/stream.ts';
import { run, tinyModel } from './run.ts';

const model = ['--model', tinyModel('affetto')];
const ask = ['generate', '--quadrant', 'Q1', '--seed', '5', '--stream', ...model];
const bars = (lines: readonly string[]): StreamedBar[] => lines.map((line) => JSON.parse(line));

describe('affetto generate --stream', () => {
  it('tells every bar of every take in a line of its own', async () => {
    const { code, out } = await run(...ask, '--bars', '3', '--takes', '2');
    expect(code).toBe(0);
    const told = bars(out);
    expect(told.map(({ take, bar, seed }) => [bar, take, seed])).toEqual(
      [0, 1, 2].flatMap((bar) => [
        [bar, 0, 5],
        [bar, 1, 6],
      ]),
    );
    for (const { beats, words, notes, tempos, bar } of told) {
      expect(beats).toBe(4);
      expect(words.every((word) => word.length === 7)).toBe(true);
      expect(notes).toHaveLength(words.filter((word) => word[3] === 3).length);
      expect(notes.every(({ step, pitch }) => step >= 0 && step < 16 && pitch >= 16 && pitch <= 127)).toBe(
        true,
      );
      if (bar === 0) expect(tempos[0].beat).toBe(0);
    }
  });

  it('goes on until it is stopped', async () => {
    const controller = new AbortController();
    const out: string[] = [];
    const code = await main([...ask, '--bars', 'endless'], {
      out: (line) => {
        if (out.push(line) === 20) controller.abort();
      },
      err: () => {},
      interactive: false,
      signal: controller.signal,
    });
    expect(code).toBe(0);
    expect(out).toHaveLength(20);
    const whole = await run(...ask, '--bars', 'endless', '--out', 'x.mid');
    expect(whole.code).toBe(2);
  });

  it('is steered', async () => {
    const steering = [
      '--chords',
      'Am F',
      '--low',
      'C3',
      '--high',
      'C6',
      '--polyphony',
      '2',
      '--density',
      '.5',
    ];
    const { out } = await run(...ask, '--bars', '4', ...steering);
    expect(bars(out).map(({ chords }) => chords)).toEqual(
      ['Am', 'F', 'Am', 'F'].map((chord) => [{ beat: 0, chord }]),
    );
    for (const { notes, key } of bars(out)) {
      expect(key).toBe('A minor');
      expect(notes.every(({ pitch }) => pitch >= 48 && pitch <= 84)).toBe(true);
    }
  });

  it.each([
    [['--chords', 'Am Xy'], /'Xy' is no chord/],
    [['--chords', 'Am', '--low', 'D4', '--high', 'D4'], /no note of Am lies between D4 and D4/],
    [['--low', 'H2'], /--low wants a note/],
    [['--polyphony', '0'], /polyphony must be 1 to 64/],
    [['--density', '2'], /density must be 0 to 1/],
    [['--takes', '99'], /takes must be 1 to 64/],
    [['--bars', 'many'], /--bars wants a number/],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await run(...ask, ...args);
    expect(code).toBe(2);
    expect(err.join()).toMatch(message);
  });
});

describe('pedal and timing', () => {
  it('change how bars are played, and none of their words', async () => {
    const line = [...ask, '--bars', '3'];
    const [played, plain, again] = [
      await run(...line),
      await run(...line, '--pedal', 'off', '--timing', '0'),
      await run(...line),
    ].map(({ out }) => bars(out));
    expect(played.map(({ words }) => words)).toEqual(plain.map(({ words }) => words));
    expect(again).toEqual(played);
    expect(played.some(({ notes }) => notes.some(({ offset }) => offset))).toBe(true);
    expect(played.every(({ pedal }) => pedal && pedal.length > 0)).toBe(true);
    for (const bar of plain) {
      expect(bar.pedal).toBeUndefined();
      expect(bar.notes.every((note) => !('offset' in note))).toBe(true);
    }
    expect((await run(...line, '--pedal', 'half')).code).toBe(2);
    expect((await run(...line, '--timing', '101')).code).toBe(2);
  });
});
