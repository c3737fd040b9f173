import type { Emit, Handlers } from '../contract/contract.ts';
import type { OpenProject } from '../contract/project-calls.ts';
import type { Opening } from './opening.ts';
import type { ProjectStore } from './project-store.ts';
import type { SettingsStore } from './settings-store.ts';

type Calls = Extract<keyof Handlers, `projects.${string}`>;

/** The calls about songs; every change is told to all windows, so that none goes on with an old state. */
export function projectHandlers(
  projects: ProjectStore,
  settings: SettingsStore,
  opening: Opening,
  emit: Emit,
): Pick<Handlers, Calls> {
  /** What to reopen at the next start. A settings file that cannot be written is no reason to refuse a song. */
  async function remember(id: string): Promise<void> {
    if (settings.current.lastProject !== id) await settings.change({ lastProject: id }).catch(() => {});
  }
  async function remembered(opened: OpenProject): Promise<OpenProject> {
    await opening.begin(opened.project.id);
    await remember(opened.project.id);
    return opened;
  }
  return {
    'projects.list': () => projects.list(),
    'projects.create': async () => remembered(projects.create()),
    'projects.open': async ({ id }) => remembered(await projects.open(id)),
    'projects.adopt': async ({ fileName, text }) => remembered(await projects.adopt(fileName, text)),
    'projects.save': async ({ project, revision, by }) => {
      const answer = await projects.save(project, revision, by);
      if (!answer.saved) return answer;
      await remember(project.id);
      emit('project.changed', { id: project.id, revision: answer.revision, by });
      return answer;
    },
    'projects.rename': async ({ id, name, by }) => {
      emit('project.changed', { id, revision: await projects.rename(id, name), by });
      return {};
    },
    'projects.remove': async ({ id, by }) => {
      await projects.remove(id);
      emit('project.changed', { id, revision: null, by });
      return {};
    },
    'projects.deleted': () => projects.deleted(),
    'projects.restore': ({ id }) => projects.restore(id),
    'projects.purge': async ({ id }) => {
      await projects.purge(id);
      return {};
    },
  };
}
