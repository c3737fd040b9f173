// `npm run bench:midi [SECONDS] [ordinary|high|realtime]`: how late the MIDI process sends, beside a busy core and a busy parent; prints histograms.
import { availableParallelism, loadavg } from 'node:os';
import { loadMidiHarness } from './midi-harness.mjs';

const { bench, script } = await loadMidiHarness('bench');
const seconds = Number(process.argv[2] ?? 30);
// Long enough for one message in a thousand to be one.
const windows = Math.max(1, Math.round(seconds / 15));
const results = await bench(script, windows, seconds / windows, process.argv[3]);

function print(title, lateness) {
  const { bins, sent, late } = lateness;
  console.log(`${title}: ${sent} messages, ${percentiles(lateness)}, ${late} over 5 ms`);
  for (const { belowMs, count } of bins) {
    if (count === 0) continue;
    const edge = belowMs === null ? 'more     ' : `< ${String(belowMs).padEnd(4)} ms`;
    console.log(`  ${edge} ${String(count).padStart(6)} ${'#'.repeat(Math.ceil((60 * count) / sent))}`);
  }
}
console.log(`load of the machine: ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`);
const ms = (value) => value.toFixed(3);
const percentiles = ({ p50, p99, p999, max }) =>
  `p50 ${ms(p50)}, p99 ${ms(p99)}, p99.9 ${ms(p999)}, max ${ms(max)} ms`;
results.forEach(({ all, sleeper, cpuShare }, index) => {
  const bare = `a bare sleeping thread: p50 ${ms(sleeper.p50)}, p99 ${ms(sleeper.p99)} ms`;
  const cost = cpuShare === null ? '' : `; ${(100 * cpuShare).toFixed(0)} % of a core`;
  console.log(`window ${index + 1}: ${percentiles(all)}${cost}; ${bare}`);
});
print('quietest window', results.at(-1).best);
console.log(`rank that the system granted: ${results[0].rank}`);
