import { MAX_FILE_BYTES } from '../contract/clip-calls.ts';
import type { Emit, Events, Handlers, Hello, Settings } from '../contract/contract.ts';
import { AffettoError, requireInput } from '../model/error.ts';
import { InferenceClient } from '../services/inference/client.ts';
import type { InferenceLine } from '../services/inference/protocol.ts';
import { inFlight } from './in-flight.ts';
import { Jobs } from './jobs.ts';
import { sweepLeftOvers } from './left-overs.ts';
import { Listener } from './listener.ts';
import { LiveController } from './live/live-controller.ts';
import { Presence } from './live/presence.ts';
import { DragFiles, midiBytes, safeFileName } from './midi-files.ts';
import type { MidiLink } from './midi-link.ts';
import { Opening } from './opening.ts';
import { projectHandlers } from './project-handlers.ts';
import { ProjectStore, type Recovered } from './project-store.ts';
import { SessionMarker } from './session-marker.ts';
import { SettingsStore } from './settings-store.ts';
import { SourceStore } from './source-store.ts';

/** What a shell lends to the services; everything else is the same under Electron and in the browser version. */
export interface Shell {
  readonly kind: Hello['shell'];
  readonly version: string;
  readonly folder: string;
  /** @param memoryMB that its objects may take; absent: as much as there is */
  spawnInference(memoryMB?: number): InferenceLine;
  connectMidi(settings: unknown, onEvent: (event: Events['midi.event']) => void): MidiLink;
  /** Hands a file to the operating system's drag; absent in the browser version. */
  startDrag?(path: string): void;
}

export interface Services {
  handlers: Handlers;
  /** To be told by the shell how many windows are open, whenever that changes. */
  windows(open: number): void;
  dispose(): Promise<void>;
}

const NOT_SHOWN =
  'The song of last time could not be shown, so a new one was opened. It was left as it is: “All songs” in the menu of the song opens it.';

/** Builds every handler of the contract over one data folder, one inference process and one MIDI process. */
export async function createServices(shell: Shell, emit: Emit): Promise<Services> {
  const settings = new SettingsStore(shell.folder);
  await settings.load();
  const projects = new ProjectStore(shell.folder);
  const sources = new SourceStore(shell.folder);
  const drags = new DragFiles(shell.folder);
  const marker = new SessionMarker(shell.folder);
  let crashed = marker.foundCrash();
  await marker.begin().catch((error: Error) => emit('notice', { text: error.message }));
  const live = new LiveController({ engine: () => engine, midi: () => midi }, emit);
  const engine: InferenceClient = new InferenceClient(
    () => shell.spawnInference(),
    settings.current,
    (state) => {
      emit('engine.state', state);
      if (state.state === 'ready' && state.message !== '') emit('notice', { text: state.message });
      live.hearEngine(state);
    },
  );
  const listener = new Listener((memoryMB) => shell.spawnInference(memoryMB));
  const jobs = new Jobs(engine, emit);
  const midi: MidiLink = shell.connectMidi(settings.current.midi, (event) => {
    emit('midi.event', event);
    live.hearMidi(event);
  });
  void sweepLeftOvers(shell.folder).catch(() => {});
  /** Files have the voices apart where the port has. */
  const splits = () => midi.state?.settings.routing.channels.kind === 'voices';

  void drags.sweep().catch(() => {});
  void projects.sweepDeleted().catch(() => {});

  const opening = new Opening(shell.folder);
  let failedLast = opening.takeFailed();

  /** The song of last time, unless it could not be shown. */
  async function firstProject(failed: string | null): Promise<Recovered> {
    const { lastProject } = settings.current;
    if (lastProject === null) return { ...projects.create(), notice: null };
    if (lastProject !== failed) {
      const found = await projects.recover(lastProject);
      return found.project ? found : { ...projects.create(), notice: found.notice };
    }
    await settings.change({ lastProject: null }).catch(() => {});
    return { ...projects.create(), notice: NOT_SHOWN };
  }

  async function hello({ failed = failedLast }: { failed?: string | null }): Promise<Hello> {
    failedLast = null;
    const { project, revision, notice } = await firstProject(failed);
    await opening.begin(project.id);
    const crashNotice = crashed
      ? 'Affetto did not close by itself last time. Your song is as you left it.'
      : null;
    crashed = false;
    return {
      version: shell.version,
      shell: shell.kind,
      settings: settings.current,
      engine: engine.state,
      midi: midi.state,
      project,
      revision,
      notice: notice ?? crashNotice ?? (engine.state.state === 'ready' ? engine.state.message || null : null),
      jobs: jobs.of(project.id),
      live: live.snapshot,
    };
  }

  const { handlers, settled } = inFlight({
    'app.hello': hello,
    'app.shown': async ({ id }) => {
      await opening.shown(id);
      return {};
    },
    'settings.change': async (part: Partial<Settings>) => {
      const before = settings.current;
      const after = await settings.change(part);
      if (after.engine !== before.engine || after.model !== before.model) await engine.configure(after);
      return after;
    },
    ...projectHandlers(projects, settings, opening, emit),
    'clips.import': async ({ fileName, base64, correction }) => {
      requireInput(base64.length > 0, `${fileName} is empty. Export it once more, and open that.`);
      requireInput(
        (base64.length * 3) / 4 <= MAX_FILE_BYTES + 2,
        `${fileName} is larger than 8 MB, and no piano piece is. Export the piano alone, and open that.`,
      );
      const imported = await listener.request('import', { fileName, base64, correction });
      return { ...imported, fileId: await sources.keep(Buffer.from(base64, 'base64')) };
    },
    'clips.correct': async ({ fileId, fileName, correction }) => {
      const base64 = Buffer.from(await sources.read(fileId, fileName)).toString('base64');
      return { ...(await listener.request('import', { fileName, base64, correction })), fileId };
    },
    'clips.cancelImports': async () => {
      listener.cancel();
      return {};
    },
    'clips.write': async (request) => ({
      fileName: safeFileName(request.name),
      base64: Buffer.from(midiBytes({ ...request, voices: splits() })).toString('base64'),
    }),
    'clips.prepareDrag': async (request) => ({
      ticket: await drags.prepare({ ...request, voices: splits() }),
      fileName: safeFileName(request.name),
    }),
    'clips.drag': async ({ ticket }) => {
      const path = drags.take(ticket);
      if (!shell.startDrag) throw new AffettoError('The browser drags files out by itself.');
      shell.startDrag(path);
      return {};
    },
    'generate.start': async (request) => jobs.start(request),
    'generate.jobs': async ({ projectId }) => jobs.of(projectId),
    'generate.cancel': async ({ jobId }) => {
      jobs.cancel(jobId);
      return {};
    },
    'generate.settle': async ({ jobId }) => {
      jobs.settle(jobId);
      return {};
    },
    'music.transfer': (request) => engine.request('transfer', request).done,
    'music.recognise': (request) => listener.request('recognise', request),
    'music.map': () => engine.request('map', {}).done,
    'music.place': (request) => engine.request('place', request).done,
    'live.start': (params) => live.start(params),
    'live.emotion': async (feeling) => {
      live.feel(feeling);
      return {};
    },
    'live.stop': async () => {
      await live.stop();
      return {};
    },
    'engine.restart': async () => {
      engine.restart();
      return engine.state;
    },
    'midi.call': async ({ name, argument }) => {
      refuseFiles(name, argument);
      // Panic is not to wait for anything.
      const ended = name === 'stop' || name === 'panic' ? live.stop() : null;
      const result = await midi.call(name, argument);
      await ended;
      if (name === 'configure') {
        await live.resume();
        await settings.change({ midi: midi.settings });
      }
      return result ?? {};
    },
    'midi.load': async ({ clipId, piece, sameBar, asked }) => {
      await live.stop();
      await midi.load(clipId, piece, sameBar, asked);
      return {};
    },
  });

  const presence = new Presence(() => void live.unattended());
  return {
    handlers,
    windows: (open) => presence.count(open),
    dispose: async () => {
      await live.stop();
      engine.dispose();
      listener.cancel();
      await Promise.all([midi.dispose(), settled()]);
      marker.end();
    },
  };
}

/** A window never names a path: writing to a file is for the command line. */
function refuseFiles(name: string, argument: unknown): void {
  const output =
    name === 'configure' ? (argument as { output?: { kind?: unknown } } | undefined)?.output : undefined;
  requireInput(output?.kind !== 'file', 'MIDI can be written to a file from the command line only.');
}
