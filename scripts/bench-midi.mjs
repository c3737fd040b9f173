// `npm run bench:midi [SECONDS]`: how late the MIDI process sends, beside a busy core and a busy parent; prints histograms.
import { availableParallelism, loadavg } from 'node:os';
import { loadMidiHarness } from './midi-harness.mjs';

const { bench, script } = await loadMidiHarness('bench');
const seconds = Number(process.argv[2] ?? 30);
const windows = Math.max(1, Math.round(seconds / 5));
const results = await bench(script, windows, seconds / windows);

function print(title, lateness) {
  const { bins, sent, p50, p99, p999, max, late } = lateness;
  const ms = (value) => value.toFixed(3);
  console.log(
    `${title}: ${sent} messages, p50 ${ms(p50)}, p99 ${ms(p99)}, p99.9 ${ms(p999)}, max ${ms(max)} ms, ${late} over 5 ms`,
  );
  for (const { belowMs, count } of bins) {
    if (count === 0) continue;
    const edge = belowMs === null ? 'more     ' : `< ${String(belowMs).padEnd(4)} ms`;
    console.log(`  ${edge} ${String(count).padStart(6)} ${'#'.repeat(Math.ceil((60 * count) / sent))}`);
  }
}
console.log(`load of the machine: ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`);
results.forEach(({ all, sleeper }, index) => {
  const ours = `p50 ${all.p50.toFixed(3)}, p99 ${all.p99.toFixed(3)}, max ${all.max.toFixed(3)} ms`;
  const bare = `a bare sleeping thread: p50 ${sleeper.p50.toFixed(3)}, p99 ${sleeper.p99.toFixed(3)} ms`;
  console.log(`window ${index + 1}: ${ours}; ${bare}`);
});
print('quietest window', results.at(-1).best);
console.log(results[0].raisedPriority ? 'at raised priority' : 'the system did not grant raised priority');
