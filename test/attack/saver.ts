import { newProject } from '../../src/contract/document.ts';
import { ProjectStore } from '../../src/host/project-store.ts';

/** Saves a song without end, each time with one more in its name; tells what has been saved. Killed from outside. */
const store = new ProjectStore(process.argv[2]);
const filling = Array.from({ length: 200 }, (_, i) => ({ at: i / 200, valence: 0, arousal: 0 })).slice(0, 64);
let { project, revision } = await store
  .open('song')
  .catch(() => ({ project: newProject('song'), revision: null }));
for (let number = Number(/\d+/.exec(project.name)?.[0] ?? 0) + 1; ; number++) {
  project = { ...project, name: `song ${number}`, ask: { ...project.ask, path: filling } };
  const answer = await store.save(project, revision, 'saver');
  if (!answer.saved) throw new Error('refused');
  revision = answer.revision;
  process.send?.(number);
}
