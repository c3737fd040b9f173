import { AXES, type Character, HABITS } from './leaning.ts';
import { Random } from './random.ts';

/** The character of a seed: for each a number near the normal distribution (twelve uniform ones, summed, less 6). */
export function characterOf(seed: number): Character {
  const random = new Random(seed, 'character');
  const normal = () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random.next();
    return sum;
  };
  return Object.fromEntries([...AXES, ...HABITS].map((name) => [name, normal()])) as Character;
}
