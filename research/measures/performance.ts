import { join } from 'node:path';
import type { Hearing } from '../../src/cli/hearing.ts';
import { installedBeatTracker } from '../../src/cli/installed.ts';
import { deviation, mean, correlation as pearson } from '../../src/model/emotion/statistics.ts';
import { barTimes } from '../../src/model/music/bar-times.ts';
import { importPiece } from '../../src/model/music/import.ts';
import { parseMidi } from '../../src/model/music/midi-in.ts';
import { writeMidi } from '../../src/model/music/midi-out.ts';
import type { Piece } from '../../src/model/music/piece.ts';
import type { PerformerNetwork } from '../../src/model/performing/network.ts';
import { performPiece } from '../../src/model/performing/perform-piece.ts';
import { wordsToPiece } from '../../src/model/tokens/decode.ts';
import { pieceToWords } from '../../src/model/tokens/encode.ts';
import { changesInCommon, countPlaying, type PlayingCounts } from '../evaluation/playing.ts';
import { type ClipRow, readClips, readSong } from '../features/data-sets.ts';
import { emotionAt, readCourses } from '../features/performance-rows.ts';

/** One way of playing the held-out clips. */
export interface PlayingFigures {
  readonly down: number;
  readonly changesABar: number;
  readonly liftsABar: number;
  /** Of the chord changes, those with a change of pedal or a press within a step. */
  readonly chordsPedalled: number;
  /** Of the changes of pedal, those with a chord change within a step. */
  readonly changesAtChords: number;
  /** Spread of onsets within a quarter step of the grid, in steps. */
  readonly onsetDeviation: number;
  readonly onsetCorrelation: number;
  readonly chordSpread: number;
  readonly chordSpread90: number;
  readonly topFirst: number;
}

export interface PerformanceFigures {
  readonly clips: number;
  readonly real: PlayingFigures;
  readonly made: PlayingFigures;
  /** F1 of the steps with a change of pedal; made and real, and real ones of another clip; exact, and a step either way. */
  readonly sameStep: { readonly made: number; readonly otherClip: number };
  readonly nearStep: { readonly made: number; readonly otherClip: number };
  /** Quadrants heard as labelled, by the recogniser. */
  readonly heard: { readonly real: number; readonly grid: number; readonly made: number };
  /** How far the heard point moves from the grid's when the clip is played: means of absolute differences. */
  readonly moved: { readonly valence: number; readonly arousal: number };
}

/** Plays EMOPIA's held-out clips anew from their words and compares with how they were played. */
export async function measurePerformance(
  network: PerformerNetwork,
  { recognise }: Pick<Hearing, 'recognise'>,
  data: string,
  labels: string,
  progress: (done: number, total: number) => void,
): Promise<PerformanceFigures> {
  const beatTracker = await installedBeatTracker();
  const courses = readCourses(join(labels, 'emopia.json'));
  const clips = readClips(data).filter(({ split }) => split !== 'train');
  const played = clips.map((clip, i) => {
    const song = readSong(data, 'emopia', clip.id);
    const { piece, downbeatTimes, endSeconds } = importPiece(song, {
      grid: 'track',
      octaveFold: true,
      beatTracker,
    });
    const grid = wordsToPiece(pieceToWords(piece), piece.key);
    const emotion = downbeatTimes.map((start, bar) => {
      const middle = (start + (downbeatTimes[bar + 1] ?? endSeconds)) / 2;
      return emotionAt(courses[clip.id], middle) ?? { valence: 0, arousal: 0 };
    });
    const made = performPiece(network, grid, { pedal: true, timing: 1, seed: i + 1, emotion });
    progress(i + 1, clips.length);
    return { clip, real: piece, grid, made };
  });
  const matches = (slack: number) => ({
    made: f1(played.map(({ made, real }) => changesInCommon(made, real, slack))),
    otherClip: f1(
      played.map(({ real }, i) => changesInCommon(played[(i + 7) % played.length].real, real, slack)),
    ),
  });
  const hear = (piece: Piece) => recognise?.(parseMidi(writeMidi(piece), 'clip').notes, barTimes(piece));
  const heard = played.map(({ real, grid, made }) => ({
    real: hear(real),
    grid: hear(grid),
    made: hear(made),
  }));
  const right = (of: 'real' | 'grid' | 'made') =>
    mean(heard.map((clip, i) => Number(clip[of]?.quadrant === quadrantOf(played[i].clip))));
  const moved = (of: 'valence' | 'arousal') =>
    mean(heard.map(({ grid, made }) => Math.abs((made?.[of] ?? 0) - (grid?.[of] ?? 0))));
  return {
    clips: clips.length,
    real: pool(played.map(({ real }) => countPlaying(real))),
    made: pool(played.map(({ made }) => countPlaying(made))),
    sameStep: matches(0),
    nearStep: matches(1),
    heard: { real: right('real'), grid: right('grid'), made: right('made') },
    moved: { valence: moved('valence'), arousal: moved('arousal') },
  };
}

const quadrantOf = ({ quadrant }: ClipRow): string => quadrant;

function f1(counts: readonly ReturnType<typeof changesInCommon>[]): number {
  const sum = (of: 'hits' | 'made' | 'real') => counts.reduce((total, count) => total + count[of], 0);
  return (2 * sum('hits')) / (sum('made') + sum('real'));
}

function pool(counts: readonly PlayingCounts[]): PlayingFigures {
  const sum = (of: (count: PlayingCounts) => number) => counts.reduce((total, count) => total + of(count), 0);
  const bars = sum(({ steps }) => steps) / 16;
  const onsets = counts.flatMap((count) => count.onsets);
  const neighbours = counts.flatMap((count) => count.neighbours);
  const spreads = counts.flatMap((count) => count.spreads).sort((a, b) => a - b);
  return {
    down: sum(({ down }) => down) / sum(({ steps }) => steps),
    changesABar: sum(({ changes }) => changes) / bars,
    liftsABar: sum(({ lifts }) => lifts) / bars,
    chordsPedalled:
      sum(({ chordChangesPedalled }) => chordChangesPedalled) / sum(({ chordChanges }) => chordChanges),
    changesAtChords: sum(({ changesAtChords }) => changesAtChords) / sum(({ changes }) => changes),
    onsetDeviation: deviation(onsets),
    onsetCorrelation: pearson(
      neighbours.map(([before]) => before),
      neighbours.map(([, after]) => after),
    ),
    chordSpread: spreads[spreads.length >> 1],
    chordSpread90: spreads[Math.floor(spreads.length * 0.9)],
    topFirst: sum(({ topFirst }) => topFirst) / spreads.length,
  };
}
