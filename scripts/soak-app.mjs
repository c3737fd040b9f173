// `npm run soak:app [MINUTES] [GENERATIONS] [CSV]`: the app as `affetto serve` runs it, with live music all the while, generations one
// after the other, and an emotion that moves; the memory of each of its processes by the minute. 60 minutes and 1,000 generations
// unless said otherwise. Fails where anything failed, or where a process's memory is not flat after the first ten minutes.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
await (await import('./build.mjs')).buildNode();
const { WebSocket } = await import('ws');
const minutes = Number(process.argv[2] ?? 60);
const generations = Number(process.argv[3] ?? 1000);
const csv = process.argv[4];
const WARM_UP_MINUTES = 10;
const FLAT = 0.05;
const SEED = 1;
const EMOTIONS = [0.7, -0.7].flatMap((valence) => [0.6, -0.6].map((arousal) => ({ valence, arousal })));
const LIVE_TURN_MS = 20_000;

const data = mkdtempSync(join(tmpdir(), 'affetto-soak-'));
const host = spawn(process.execPath, [join(root, 'bin', 'affetto.mjs'), 'serve', '--no-open', '--json'], {
  env: { ...process.env, AFFETTO_DATA: data },
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.on('exit', () => {
  host.kill('SIGTERM');
  rmSync(data, { recursive: true, force: true });
});
const url = await new Promise((resolve, reject) => {
  let out = '';
  host.stdout.on('data', (chunk) => {
    out += chunk;
    const line = out.split('\n').find((text) => text.startsWith('{"url"'));
    if (line) resolve(new URL(JSON.parse(line).url));
  });
  host.once('exit', (code) => reject(new Error(`affetto serve ended with ${code}`)));
});

const socket = new WebSocket(`ws://${url.host}/api`, [`affetto.${url.hash.slice(1)}`], {
  origin: url.origin,
});
await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
const waiting = new Map();
const ends = new Map();
const failures = [];
let [bars, behind, stopping] = [0, 0, false];
socket.on('message', (text) => {
  const { id, result, error, event, payload } = JSON.parse(text.toString());
  if (id !== undefined) {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  }
  if (event === 'generate.end') ends.get(payload.jobId)?.(payload);
  if (event === 'live.bar') bars++;
  if (event === 'live.state') {
    if (payload.behind) behind++;
    if (!stopping && (payload.phase === 'off' || payload.phase === 'recovering'))
      failures.push(`live: ${payload.phase} ${payload.message}`);
  }
  if (event === 'notice') failures.push(`notice: ${payload.text}`);
});
let calls = 0;
const call = (name, params = {}) =>
  new Promise((resolve, reject) => {
    waiting.set(++calls, { resolve, reject });
    socket.send(JSON.stringify({ id: calls, call: name, params }));
  });

const { project, engine } = await call('app.hello');
const ask = { ...project.ask, bars: 8, takes: 1 };
console.log(
  `soak:app: ${minutes} minutes, ${generations} generations of ${ask.bars} bars, ${engine.model || 'the model'}`,
);
await call('live.start', { ask, seed: SEED });

/** What each process of the app takes: its script, and MB of memory that is its own or shared. */
function memory() {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().match(/^(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/))
    .filter(Boolean)
    .map(([, pid, parent, rss, args]) => ({
      pid: Number(pid),
      parent: Number(parent),
      rss: Number(rss),
      args,
    }));
  const ours = [];
  for (const open = [host.pid]; open.length > 0; ) {
    const pid = open.pop();
    ours.push(...rows.filter((row) => row.pid === pid));
    open.push(...rows.filter((row) => row.parent === pid).map((row) => row.pid));
  }
  return Object.fromEntries(
    ours.map(({ pid, rss, args }) => [
      pid === host.pid ? 'host' : (args.match(/([\w-]+)\.mjs/)?.[1] ?? args.slice(0, 20)),
      Math.round(rss / 102.4) / 10,
    ]),
  );
}

const start = Date.now();
const elapsed = () => (Date.now() - start) / 60_000;
const samples = [];
const sampler = setInterval(() => {
  const sample = { minute: Math.round(elapsed()), ...memory() };
  samples.push(sample);
  console.log(JSON.stringify({ ...sample, generated, bars }));
}, 60_000);
let turns = 0;
const turner = setInterval(() => {
  const emotion = EMOTIONS[turns++ % EMOTIONS.length];
  call('live.emotion', { emotion, intensity: 1 }).catch((error) =>
    failures.push(`emotion: ${error.message}`),
  );
}, LIVE_TURN_MS);

let generated = 0;
for (; generated < generations; generated++) {
  const emotion = EMOTIONS[generated % EMOTIONS.length];
  const request = {
    projectId: project.id,
    ask: { ...ask, emotion },
    bars: Array.from({ length: ask.bars }, () => emotion),
    seed: SEED + generated,
    base: null,
  };
  try {
    const { jobId } = await call('generate.start', request);
    const end = await new Promise((resolve) => ends.set(jobId, resolve));
    ends.delete(jobId);
    if (end.state !== 'done') failures.push(`generation ${generated}: ${end.state} ${end.message ?? ''}`);
    await call('generate.settle', { jobId });
  } catch (error) {
    failures.push(`generation ${generated}: ${error.message}`);
  }
  // Spread over the time there is.
  const due = (minutes * (generated + 1)) / generations;
  if (elapsed() < due) await new Promise((resolve) => setTimeout(resolve, (due - elapsed()) * 60_000));
}
while (elapsed() < minutes) await new Promise((resolve) => setTimeout(resolve, 1000));
clearInterval(sampler);
clearInterval(turner);
stopping = true;
await call('live.stop').catch((error) => failures.push(`stop: ${error.message}`));

const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))].filter(
  (name) => name !== 'minute',
);
if (csv) {
  const rows = samples.map((sample) => [sample.minute, ...names.map((name) => sample[name] ?? '')].join());
  writeFileSync(csv, `${['minute', ...names].join()}\n${rows.join('\n')}\n`);
}
const uneven = [];
for (const name of names) {
  const later = samples.filter(({ minute }) => minute > WARM_UP_MINUTES).map((sample) => sample[name]);
  // A process that comes and goes, as the one that listens to files, has nothing to be flat.
  if (later.length === 0 || later.some((value) => value === undefined)) continue;
  const fifths = Array.from({ length: 5 }, (_, i) =>
    later.slice(Math.floor((i * later.length) / 5), Math.floor(((i + 1) * later.length) / 5)),
  ).filter((part) => part.length > 0);
  const means = fifths.map((part) => part.reduce((sum, value) => sum + value, 0) / part.length);
  const growth = means.at(-1) / means[0] - 1;
  console.log(
    `${name}: ${means.map((mean) => mean.toFixed(1)).join(', ')} MB in the fifths after minute ${WARM_UP_MINUTES}; grown by ${(100 * growth).toFixed(1)} %`,
  );
  if (growth > FLAT) uneven.push(name);
}
console.log(
  `${generated} generations, ${bars} bars told live, behind ${behind} times, ${failures.length} failures`,
);
for (const failure of failures.slice(0, 10)) console.log(`  ${failure}`);
process.exit(failures.length > 0 || uneven.length > 0 ? 1 : 0);
