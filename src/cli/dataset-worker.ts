// A process of its own that turns MIDI files into words for `affetto dataset`, one message in, one out.
import { loadBeatTracker } from './dataset/beat-tracker.ts';
import type { Job } from './dataset/sources.ts';
import { work } from './dataset/work.ts';

process.on('message', (job: Job) => {
  process.send?.(work(job, job.source === 'emopia' ? loadBeatTracker() : undefined));
});
process.on('disconnect', () => process.exit(0));
