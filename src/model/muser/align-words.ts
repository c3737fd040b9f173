import {
  BAR,
  BAR_BEAT,
  FIRST_POSITION,
  TYPE,
  TYPE_NOTE,
  WORD_WIDTH,
  type Words,
} from '../tokens/vocabulary.ts';

interface Place {
  readonly index: number;
  readonly position: number;
}

/** Words of one bar by type: its Bar word, its positions, its notes. */
interface BarPlaces {
  readonly bar: number;
  readonly positions: Place[];
  readonly notes: Place[];
}

/**
 * For each word of `a` the word of `b` that it pairs with, by type, bar and position: a Bar word with a Bar word, a position
 * with the nearest position of the same bar, a note with the note of the same rank at the nearest position that has notes.
 * `b` is repeated by whole bars. -1 where the bar of `b` has nothing of the type.
 */
export function alignWords(a: Words, b: Words): number[] {
  const bars = placesOf(b);
  const pairs: number[] = [];
  placesOf(a).forEach((bar, k) => {
    const other = bars[k % bars.length];
    pairs[bar.bar] = other.bar;
    for (const { index, position } of bar.positions)
      pairs[index] = nearest(other.positions, position)[0]?.index ?? -1;
    let [at, rank] = [-1, 0];
    for (const { index, position } of bar.notes) {
      rank = position === at ? rank + 1 : 0;
      at = position;
      const chord = nearest(other.notes, position);
      pairs[index] = chord[Math.min(rank, chord.length - 1)]?.index ?? -1;
    }
  });
  return pairs;
}

/** The places at the position nearest to this one; the earlier of two as near. */
function nearest(places: readonly Place[], position: number): Place[] {
  let best = Number.POSITIVE_INFINITY;
  for (const place of places)
    if (Math.abs(place.position - position) < Math.abs(best - position)) best = place.position;
  return places.filter((place) => place.position === best);
}

function placesOf(words: Words): BarPlaces[] {
  const bars: BarPlaces[] = [];
  let position = 0;
  for (let i = 0; i * WORD_WIDTH < words.length; i++) {
    const barBeat = words[i * WORD_WIDTH + BAR_BEAT];
    if (barBeat === BAR) bars.push({ bar: i, positions: [], notes: [] });
    else if (words[i * WORD_WIDTH + TYPE] === TYPE_NOTE)
      bars[bars.length - 1].notes.push({ index: i, position });
    else {
      position = barBeat - FIRST_POSITION;
      bars[bars.length - 1].positions.push({ index: i, position });
    }
  }
  return bars;
}
