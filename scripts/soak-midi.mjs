// `npm run soak:midi [SECONDS] [SEED]`: streams through the real MIDI process while ports vanish and processes are killed.
import { loadMidiHarness } from './midi-harness.mjs';

const { soak, script } = await loadMidiHarness('soak');
const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 100_000);
console.log(`soak:midi: ${seconds} s, seed ${seed}`);
const result = await soak(script, seconds, seed);
console.log(`done to it: ${JSON.stringify(result.actions)}`);
console.log(`${result.messages} messages, ${result.notes} notes`);
for (const [name, list] of [
  ['left sounding', result.hanging],
  ['lost', result.lost],
  ['out of order', result.disorder],
]) {
  console.log(`${name}: ${list.length}`);
  for (const one of list.slice(0, 10)) console.log(`  ${one}`);
}
process.exitCode = result.hanging.length + result.lost.length + result.disorder.length > 0 ? 1 : 0;
