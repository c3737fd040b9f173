import { join } from 'node:path';
import { Random } from '../../src/model/muser/random.ts';
import {
  BEAT_FEATURES,
  beatFeatures,
  FRAMES_PER_SECOND,
  type PlayedNote,
} from '../../src/model/music/beats/beat-features.ts';
import { BEAT_SETS, type BeatSet, beatPieces } from './beat-sets.ts';
import { type KnownBeats, oddIntervals } from './file-beats.ts';
import { TableFile } from './table-file.ts';

/** Frames of one excerpt: 35 s. */
const EXCERPT_FRAMES = 1750;
const EXCERPT_SECONDS = 33;
/** Free playing is the rarest and the hardest: so many excerpts of it for one of the others. */
const SHARES: Readonly<Record<BeatSet, number>> = { pop1k7: 1, pop909: 1, asap: 3 };
/** Beat, downbeat and weight stand behind the features. */
const WIDTH = BEAT_FEATURES + 3;

/** Train pieces of all sets: `copies` excerpts each (more of free playing), played in varied ways, with where the beats are. */
export function dumpBeats(
  data: string,
  out: string,
  copies: number,
  progress: (done: number, total: number, what: string) => void,
): void {
  const table = new TableFile(join(out, 'beats'), WIDTH);
  const pieces = BEAT_SETS.flatMap((set) => beatPieces(data, set, 'train'));
  pieces.forEach((piece, i) => {
    const { notes, known } = piece.read();
    const seeded = new Random(i + 1, 'beats');
    const random = () => seeded.next();
    for (let copy = 0; copy < copies * SHARES[piece.set]; copy++)
      table.add(excerpt(notes, known, piece.inFour, random));
    progress(i + 1, pieces.length, 'beats');
  });
  table.finish({
    features: BEAT_FEATURES,
    frames: EXCERPT_FRAMES,
    excerpts: pieces.map(({ set }) => copies * SHARES[set]),
    songs: pieces.map(({ set, id }) => `${set} ${id}`),
  });
}

/** EXCERPT_FRAMES x WIDTH: features, then targets (triangles two frames wide) and the weight of each frame. */
function excerpt(
  notes: readonly PlayedNote[],
  known: KnownBeats,
  inFour: boolean,
  random: () => number,
): Float32Array {
  const played = vary(inFour && random() < 0.12 ? toThree(notes, known) : { notes, known }, random);
  const span = played.notes[played.notes.length - 1].startSeconds - played.notes[0].startSeconds;
  const from = played.notes[0].startSeconds + random() * Math.max(0, span - EXCERPT_SECONDS);
  const inside = played.notes.filter(
    (n) => n.startSeconds >= from && n.startSeconds < from + EXCERPT_SECONDS,
  );
  const rows = new Float32Array(EXCERPT_FRAMES * WIDTH);
  if (inside.length < 8) return rows;
  const { start, frames, values } = beatFeatures(inside);
  const end = inside[inside.length - 1].startSeconds;
  const odd = oddIntervals(played.known.times);
  const put = (frame: number, column: number, value: number): void => {
    if (frame >= 0 && frame < EXCERPT_FRAMES) rows[frame * WIDTH + BEAT_FEATURES + column] = value;
  };
  for (let f = 0; f < Math.min(frames, EXCERPT_FRAMES); f++) {
    rows.set(values.subarray(f * BEAT_FEATURES, (f + 1) * BEAT_FEATURES), f * WIDTH);
    const time = start + f / FRAMES_PER_SECOND;
    if (time > inside[0].startSeconds - 0.1 && time < end + 0.1) put(f, 2, 1);
  }
  played.known.times.forEach((time, i) => {
    const place = (time - start) * FRAMES_PER_SECOND;
    for (let f = Math.ceil(place - 2); f < place + 2; f++) {
      const height = 1 - Math.abs(place - f) / 2;
      put(f, 0, height);
      if (played.known.places[i] === 0) put(f, 1, height);
    }
    const next = (played.known.times[i + 1] - start) * FRAMES_PER_SECOND;
    if (odd[i]) for (let f = Math.ceil(place + 2); f < next - 2; f++) put(f, 2, 0);
  });
  return rows;
}

interface Played {
  readonly notes: readonly PlayedNote[];
  readonly known: KnownBeats;
}

/** Another tempo, key, touch and exactness; some notes left out. */
function vary({ notes, known }: Played, random: () => number): Played {
  const stretch = Math.exp((random() * 2 - 1) * Math.log(1.25));
  const transpose = Math.round((random() * 2 - 1) * 6);
  const jitter = random() < 0.5 ? 0 : 0.014 * random();
  const dropped = random() < 0.5 ? 0 : 0.15 * random();
  const touch = random() < 0.15 ? 0 : 0.6 + 0.8 * random();
  let mean = 0;
  for (const note of notes) mean += note.velocity / notes.length;
  const out: PlayedNote[] = [];
  for (const note of notes) {
    if (random() < dropped) continue;
    const wobble = jitter * (random() + random() + random() - 1.5) * 1.15;
    out.push({
      pitch: note.pitch + transpose,
      velocity: Math.min(127, Math.max(1, mean + (note.velocity - mean) * touch)),
      startSeconds: note.startSeconds * stretch + wobble,
    });
  }
  out.sort((a, b) => a.startSeconds - b.startSeconds);
  return { notes: out, known: { times: known.times.map((time) => time * stretch), places: known.places } };
}

/** Bars of three made by cutting the last beat out of every bar, with its notes: pop songs are hardly ever in three. */
function toThree(notes: readonly PlayedNote[], { times, places }: KnownBeats): Played {
  const outNotes: PlayedNote[] = [];
  const outTimes: number[] = [];
  const outPlaces: number[] = [];
  let cut = 0;
  let at = 0;
  for (let i = 0; i + 1 < times.length; i++) {
    while (at < notes.length && notes[at].startSeconds < times[i] - 0.02) at++;
    if (places[i] === 3) {
      cut += times[i + 1] - times[i];
      continue;
    }
    outTimes.push(times[i] - cut);
    outPlaces.push(places[i]);
    for (; at < notes.length && notes[at].startSeconds < times[i + 1] - 0.02; at++) {
      outNotes.push({ ...notes[at], startSeconds: notes[at].startSeconds - cut });
    }
  }
  return outNotes.length < 8
    ? { notes, known: { times, places } }
    : { notes: outNotes, known: { times: outTimes, places: outPlaces } };
}
