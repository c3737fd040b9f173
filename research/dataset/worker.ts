// A process of its own that turns MIDI files into words for `npm run research -- dataset`, one message in, one out.
import { installedBeatTracker } from '../../src/cli/installed.ts';
import type { Job } from './sources.ts';
import { work } from './work.ts';

let tracker: ReturnType<typeof installedBeatTracker> | undefined;
process.on('message', async (job: Job) => {
  if (job.source === 'emopia') tracker ??= installedBeatTracker();
  process.send?.(work(job, await tracker));
});
process.on('disconnect', () => process.exit(0));
