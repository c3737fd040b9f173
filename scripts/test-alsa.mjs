// `npm run test:alsa [-- WORD ...]` (only checks whose name holds a word): the built MIDI service against a real ALSA sequencer, which lives in a virtual machine so that the
// machine that runs this needs neither a sound card nor ALSA in its kernel. Debian or Ubuntu, x86-64. What is missing is
// installed with apt-get when run as root; else it is named.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildNode } from './build.mjs';
import { ensureInstalled, root } from './ensure.mjs';

const cache = join(root, 'node_modules', '.cache', 'affetto-alsa');
const guest = join(cache, 'guest');
const TOOLS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  aseqdump: 'alsa-utils',
  aconnect: 'alsa-utils',
  arecordmidi: 'alsa-utils',
  midish: 'midish',
};
/** In the order in which they have to be loaded. */
const MODULES = ['soundcore', 'snd', 'snd-timer', 'snd-hrtimer', 'snd-seq-device', 'snd-seq'];
const LIMIT_MS = 1_800_000;

function fail(message) {
  console.error(`affetto: test:alsa: ${message}`);
  process.exit(1);
}

function which(tool) {
  const found = spawnSync('sh', ['-c', `command -v ${tool}`])
    .stdout.toString()
    .trim();
  return found || null;
}

function ensureTools() {
  const packages = new Set(Object.entries(TOOLS).flatMap(([tool, name]) => (which(tool) ? [] : [name])));
  if (packages.size === 0) return;
  const command = `apt-get install -y --no-install-recommends ${[...packages].join(' ')}`;
  if (process.getuid() !== 0 || !which('apt-get')) fail(`install what is missing first: sudo ${command}`);
  console.log(`test:alsa: ${command}`);
  spawnSync('apt-get', ['update'], { stdio: 'ignore' });
  if (spawnSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0)
    fail(`failed: ${command}`);
}

/** Debian's kernel, unpacked beside this project, not installed. */
function ensureKernel() {
  const folder = join(cache, 'kernel');
  const boot = join(folder, 'boot');
  if (!existsSync(boot)) {
    const depends = execFileSync('apt-cache', ['depends', 'linux-image-amd64']).toString();
    const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (!name) fail('apt-cache knows no linux-image-amd64; run apt-get update.');
    console.log(`test:alsa: downloading ${name}`);
    mkdirSync(cache, { recursive: true });
    const options = process.getuid() === 0 ? ['-oAPT::Sandbox::User=root'] : [];
    const done = spawnSync('apt-get', [...options, 'download', name], {
      cwd: cache,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (done.status !== 0) fail(`apt-get download ${name} failed.`);
    const file = readdirSync(cache).find((entry) => entry.startsWith(name) && entry.endsWith('.deb'));
    execFileSync('dpkg-deb', ['-x', join(cache, file), `${folder}.part`]);
    rmSync(join(cache, file));
    execFileSync('mv', [`${folder}.part`, folder]);
  }
  const kernel = readdirSync(boot).find((entry) => entry.startsWith('vmlinuz-'));
  return {
    kernel: join(boot, kernel),
    modules: join(folder, 'lib', 'modules', kernel.slice('vmlinuz-'.length)),
  };
}

/** A program with the libraries it loads. */
function addProgram(path, as = basename(path)) {
  cpSync(path, join(guest, 'bin', as), { dereference: true });
  for (const library of execFileSync('ldd', [path])
    .toString()
    .matchAll(/(\/\S+) \(0x/g))
    addFile(library[1]);
}

function addFile(path) {
  const target = join(guest, path);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  cpSync(path, target, { dereference: true, recursive: true });
}

function addPackage(name) {
  const source = join(root, 'node_modules', name);
  const target = join(guest, 'app', 'node_modules', name);
  if (existsSync(target)) return;
  const wanted = (path) =>
    !/\/prebuilds\/(?!midi-linux-x64\/|midi-linux-x64$)|\/(vendor|src-cpp)$/.test(path);
  cpSync(source, target, { recursive: true, filter: wanted });
  const { dependencies = {} } = JSON.parse(execFileSync('cat', [join(source, 'package.json')]).toString());
  for (const dependency of Object.keys(dependencies)) {
    if (existsSync(join(root, 'node_modules', dependency))) addPackage(dependency);
  }
}

const INIT = `#!/bin/sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
mkdir -p /dev/shm /tmp; mount -t tmpfs tmp /dev/shm; mount -t tmpfs tmp /tmp
for module in ${MODULES.join(' ')}; do insmod /modules/$module.ko || echo "ALSA FAILED insmod $module"; done
cd /app && AFFETTO_CHECKS="$(cat /app/checks)" node out/alsa-guest.mjs 2>&1
poweroff -f
`;

async function buildGuest(modules) {
  rmSync(guest, { recursive: true, force: true });
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'modules', 'app/out'])
    mkdirSync(join(guest, folder), { recursive: true });
  for (const tool of ['aseqdump', 'aconnect', 'arecordmidi', 'midish']) addProgram(which(tool));
  addProgram(process.execPath, 'node');
  cpSync(which('busybox'), join(guest, 'bin', 'busybox'), { dereference: true });
  cpSync(which('busybox'), join(guest, 'bin', 'sh'), { dereference: true });
  if (existsSync('/usr/share/alsa')) addFile('/usr/share/alsa');
  // easymidi's binding loads it, whoever installed it.
  for (const line of execFileSync('ldconfig', ['-p'])
    .toString()
    .matchAll(/libasound\.so\.2 .*x86-64.*=> (\S+)/g)) {
    addFile(line[1]);
  }
  const found = execFileSync('find', [join(modules, 'kernel', 'sound'), '-name', '*.ko*'])
    .toString()
    .split('\n');
  for (const name of MODULES) {
    const file = found.find((path) => basename(path).split('.')[0] === name);
    if (!file) fail(`the kernel package has no module ${name}.`);
    if (!file.endsWith('.ko'))
      fail(`the kernel's modules are compressed (${basename(file)}), which this script can't load.`);
    cpSync(file, join(guest, 'modules', `${name}.ko`));
  }
  cpSync(join(root, 'out', 'node'), join(guest, 'app', 'out', 'node'), {
    recursive: true,
    filter: (path) => !path.endsWith('.map'),
  });
  addPackage('easymidi');
  const { build } = await import('esbuild');
  await build({
    entryPoints: [join(root, 'test', 'alsa', 'guest.ts')],
    outfile: join(guest, 'app', 'out', 'alsa-guest.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['easymidi', '@julusian/midi'],
    logLevel: 'warning',
  });
  writeFileSync(join(guest, 'app', 'package.json'), '{"type":"module"}');
  writeFileSync(join(guest, 'app', 'checks'), process.argv.slice(2).join(' '));
  writeFileSync(join(guest, 'init'), INIT);
  chmodSync(join(guest, 'init'), 0o755);
  const image = join(cache, 'guest.cpio');
  execFileSync('sh', ['-c', `find . | busybox cpio -o -H newc > '${image}' 2>/dev/null`], { cwd: guest });
  return image;
}

/** QEMU's exit status says nothing about the guest: its console does. */
function boot(kernel, image) {
  // Emulation in which time is a count of instructions: the guest sees the same machine however busy this one is, waiting
  // costs nothing, and it works inside other virtual machines too.
  const machine = [
    '-M',
    'q35',
    '-accel',
    'tcg,thread=single',
    '-icount',
    'shift=1,sleep=off',
    '-cpu',
    'max',
    '-smp',
    '1',
    '-m',
    '1024',
  ];
  const plain = ['-nographic', '-no-reboot', '-nic', 'none'];
  const line = ['-append', 'console=ttyS0 quiet panic=-1'];
  const child = spawn(
    'qemu-system-x86_64',
    [...machine, ...plain, '-kernel', kernel, '-initrd', image, ...line],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let log = '';
  let shown = 0;
  child.stdout.on('data', (chunk) => {
    log += chunk;
    const lines = log.split(/\r?\n/);
    for (; shown < lines.length - 1; shown++) {
      const told = /ALSA (ok|FAILED|notices).*/.exec(lines[shown])?.[0];
      if (told) console.log(told.replace('ALSA ', ''));
    }
  });
  return new Promise((resolve) => {
    child.on('exit', () => {
      clearTimeout(timer);
      resolve(log);
    });
  });
}

if (process.platform !== 'linux' || process.arch !== 'x64') fail('runs on Linux on x86-64 only.');
ensureInstalled();
ensureTools();
await buildNode();
const { kernel, modules } = ensureKernel();
const image = await buildGuest(modules);
const start = Date.now();
const log = await boot(kernel, image);
console.log(`test:alsa: ${((Date.now() - start) / 1000).toFixed(1)} s in the virtual machine`);
const done = /ALSA done (\d+) of (\d+)/.exec(log);
if (!done || done[1] !== done[2]) {
  if (!done) console.error(log.split('\n').slice(-40).join('\n'));
  fail(
    done
      ? `${done[2] - done[1]} of ${done[2]} checks failed.`
      : 'the virtual machine ended before the checks did.',
  );
}
