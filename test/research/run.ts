import { main } from '../../research/main.ts';
import { type Run, runWith } from '../cli/run.ts';

/** Runs the command line of research in this process. */
export const run = (...args: string[]): Promise<Run> => runWith(main, args);
