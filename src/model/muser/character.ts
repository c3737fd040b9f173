import { AXES, HABITS, type Leans } from './leaning.ts';
import { Random } from './random.ts';

/** What sets a take apart from others of the same emotion: how far it lies from the usual along each axis and in each habit, in deviations. */
export type Character = Required<Leans>;

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
