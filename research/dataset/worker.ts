// A process of its own that turns MIDI files into words for `npm run research -- dataset`, one message in, one out.
import { loadBeatTracker } from '../../src/cli/beat-tracker.ts';
import type { Job } from './sources.ts';
import { work } from './work.ts';

process.on('message', (job: Job) => {
  process.send?.(work(job, job.source === 'emopia' ? loadBeatTracker() : undefined));
});
process.on('disconnect', () => process.exit(0));
