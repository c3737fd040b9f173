// Part of `npm run lint`: no file imports itself by way of others, in TypeScript, Svelte and Python; the rooms (the folders of
// src, and those beside it that hold code) are few, and lie on few floors: a room imports only rooms below its own.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const BESIDE_SRC = ['bin', 'research', 'scripts', 'test', 'training'];
const MOST_ROOMS = 16;
const MOST_FLOORS = 8;
const CODE = /\.(ts|mts|mjs|svelte|py)$/;
/** AssemblyScript, which resolves imports in its own way. */
const OTHER_LANGUAGE = 'src/model/engines/simd/assembly';
const IMPORTS = /(?:\bfrom|\bimport|\bimport\()\s*'(\.{1,2}\/[^']+)'/g;
const PYTHON_IMPORTS = /^\s*(?:from\s+(training[\w.]*)\s+import\s+(.+)|import\s+(training[\w.]*))/gm;

function codeIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (path === OTHER_LANGUAGE) return [];
    if (entry.isDirectory()) return codeIn(path);
    return CODE.test(entry.name) ? [path] : [];
  });
}

/** File -> the files of this repository that it imports, types too. */
export function importsOf(files) {
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const found = file.endsWith('.py') ? pythonImports(text, known) : relativeImports(text, file);
      return [file, [...new Set(found)].filter((target) => known.has(target))];
    }),
  );
}

const relativeImports = (text, file) =>
  [...text.matchAll(IMPORTS)].map(([, path]) => posix.join(posix.dirname(file), path));

/** `from training.a import b` is training/a/b.py where there is such a file, else training/a.py. */
function pythonImports(text, known) {
  return [...text.matchAll(PYTHON_IMPORTS)].flatMap(([, from, names, whole]) => {
    const path = (from ?? whole).replaceAll('.', '/');
    const inside = (names ?? '').split(',').map((name) => `${path}/${name.trim().split(' ')[0]}.py`);
    const modules = inside.filter((file) => known.has(file));
    return modules.length > 0 ? modules : [`${path}.py`, `${path}/__init__.py`];
  });
}

/** The circles met on a walk through a graph, each as the list of its nodes. */
export function circlesIn(graph) {
  const circles = [];
  const done = new Set();
  const path = [];
  function visit(node) {
    if (path.includes(node)) circles.push([...path.slice(path.indexOf(node)), node]);
    if (path.includes(node) || done.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    done.add(node);
  }
  for (const node of graph.keys()) visit(node);
  return circles;
}

const roomOf = (file) =>
  file
    .split('/')
    .slice(0, file.startsWith('src/') ? 2 : 1)
    .join('/');

/** Room -> the other rooms that it imports from. */
function roomGraph(graph) {
  const rooms = new Map();
  for (const [file, targets] of graph) {
    const own = rooms.get(roomOf(file)) ?? new Set();
    rooms.set(roomOf(file), own);
    for (const target of targets) if (roomOf(target) !== roomOf(file)) own.add(roomOf(target));
  }
  return rooms;
}

/** Room -> its floor, from 1: one above the highest that it imports from. */
function floorsOf(rooms) {
  const floors = new Map();
  const floor = (room) => {
    if (!floors.has(room)) floors.set(room, 1 + Math.max(0, ...[...rooms.get(room)].map(floor)));
    return floors.get(room);
  };
  for (const room of rooms.keys()) floor(room);
  return floors;
}

const graph = importsOf(['src', ...BESIDE_SRC].flatMap(codeIn));
const faults = [];
for (const circle of circlesIn(graph)) faults.push(`files that import one another: ${circle.join(' -> ')}`);
const rooms = roomGraph(graph);
const roomCircles = circlesIn(rooms);
for (const circle of roomCircles) faults.push(`rooms that import one another: ${circle.join(' -> ')}`);
if (roomCircles.length === 0) {
  const floors = floorsOf(rooms);
  const highest = Math.max(...floors.values());
  if (process.argv.includes('--rooms'))
    for (let floor = highest; floor > 0; floor--)
      console.log(
        `${floor}  ${[...floors]
          .filter(([, at]) => at === floor)
          .map(([room]) => room)
          .join(', ')}`,
      );
  if (highest > MOST_FLOORS) faults.push(`${highest} floors of rooms; at most ${MOST_FLOORS}`);
}
if (rooms.size > MOST_ROOMS) faults.push(`${rooms.size} rooms; at most ${MOST_ROOMS}`);
for (const fault of faults) console.error(`check-imports: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
