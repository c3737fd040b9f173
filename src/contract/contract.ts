import { AffettoError } from '../model/error.ts';
import type { Piece } from '../model/music/piece.ts';
import {
  anything,
  boolean,
  type Infer,
  list,
  object,
  oneOf,
  optional,
  type Schema,
  text,
} from '../model/validate.ts';
import {
  correctSchema,
  exportSchema,
  fileName,
  type Imported,
  type ImportFile,
  importSchema,
  type MidiFile,
  type TransferRequest,
  transferSchema,
} from './clip-calls.ts';
import {
  type Emotion,
  emotionSchema,
  idSchema,
  MAX_BARS,
  type ProjectDocument,
  pieceSchema,
  type Reading,
} from './document.ts';
import { type GenerateRequest, generateSchema, type Job, type Take } from './generate-calls.ts';
import {
  type LiveBar,
  type LiveEmotion,
  type LivePosition,
  type LiveSnapshot,
  type LiveStart,
  type LiveState,
  liveEmotionSchema,
  liveStartSchema,
} from './live.ts';
import type { MidiEvents, MidiState } from './midi.ts';
import {
  changeSong,
  type DeletedProject,
  type OpenProject,
  oneSong,
  type ProjectChange,
  type ProjectEntry,
  type Revision,
  renameSong,
  type SaveAnswer,
  saveSong,
} from './project-calls.ts';
import { changeSettings, type Settings } from './settings.ts';

export type { Imported, ImportFile, TransferRequest } from './clip-calls.ts';
export type { GenerateRequest, Job, Take } from './generate-calls.ts';
export type { Health, MidiState, PortList, Position } from './midi.ts';
export type { Settings } from './settings.ts';

/**
 * Every call and event between a window and its host; what they carry has its schema in a file beside this one for each
 * feature. Plain JSON only: the same contract runs over Electron's IPC and over a WebSocket. Parameters are checked at
 * the host's edge.
 */

/** The largest message: it follows from the largest file and from a full project. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

const nothing = object({});

export interface EngineState {
  state: 'starting' | 'ready' | 'restarting' | 'no-weights' | 'failed';
  /** 'simd', 'tfjs', … and why it was picked; empty until it is known. */
  engine: string;
  reason: string;
  model: string;
  message: string;
}

/** [x, y, quadrant 1..4] of each training clip, one cloud an element; shown only where the weights bring one. */
export interface LatentMap {
  clouds: Partial<Record<string, [number, number, number][]>>;
}

export interface Hello {
  version: string;
  shell: 'electron' | 'browser';
  settings: Settings;
  engine: EngineState;
  midi: MidiState | null;
  project: ProjectDocument;
  revision: Revision;
  /** Set when the last session did not end by itself or a file could not be read: to be told to the user. */
  notice: string | null;
  jobs: Job[];
  /** The live music that plays, if it does. */
  live: LiveSnapshot | null;
}

/** What a window may ask of the MIDI process. */
const MIDI_WINDOW_CALLS = [
  'state', 'ports', 'configure', 'play', 'stop', 'seek', 'loop', 'emotion', 'panic', 'testNote', 'learn', 'forget',
  'health', 'resetHealth',
] as const; // biome-ignore format: a list
const midiCallSchema = object({ name: oneOf(MIDI_WINDOW_CALLS), argument: optional(anything) });
export type MidiCall = Infer<typeof midiCallSchema>;

interface Call<P, R> {
  params: Schema<P>;
  /** Type only: results come from our own side. */
  result?: R;
}
const call = <P, R>(params: Schema<P>): Call<P, R> => ({ params });

/** Every call a window can make. */
export const CALLS = {
  /** `failed`: the song that this page could not show a moment ago. */
  'app.hello': call<{ failed?: string }, Hello>(object({ failed: optional(idSchema) })),
  /** The song has been on the screen for a moment. */
  'app.shown': call<{ id: string }, object>(object({ id: idSchema })),
  'settings.change': call<Partial<Settings>, Settings>(changeSettings),
  'projects.list': call<object, ProjectEntry[]>(nothing),
  'projects.create': call<object, OpenProject>(nothing),
  'projects.open': call<Infer<typeof oneSong>, OpenProject>(oneSong),
  'projects.save': call<Infer<typeof saveSong>, SaveAnswer>(saveSong),
  'projects.rename': call<Infer<typeof renameSong>, object>(renameSong),
  /** Moves a song to the deleted ones, where it is kept for some weeks. */
  'projects.remove': call<Infer<typeof changeSong>, object>(changeSong),
  'projects.deleted': call<object, DeletedProject[]>(nothing),
  'projects.restore': call<Infer<typeof oneSong>, ProjectEntry>(oneSong),
  /** Deletes a deleted song for good. */
  'projects.purge': call<Infer<typeof oneSong>, object>(oneSong),
  'projects.adopt': call<{ fileName: string; text: string }, OpenProject>(
    object({ fileName, text: text(MAX_MESSAGE_BYTES) }),
  ),
  'clips.import': call<ImportFile, Imported>(importSchema),
  /** Reads a file in the host's keeping again. */
  'clips.correct': call<Infer<typeof correctSchema>, Imported>(correctSchema),
  /** Ends the reading of files that is under way. */
  'clips.cancelImports': call<object, object>(nothing),
  'clips.write': call<Infer<typeof exportSchema>, MidiFile>(exportSchema),
  /** Writes the file that a drag will carry, ahead of the drag; answers its one-time ticket (Electron only). */
  'clips.prepareDrag': call<Infer<typeof exportSchema>, { ticket: string; fileName: string }>(exportSchema),
  'clips.drag': call<{ ticket: string }, object>(object({ ticket: idSchema })),
  'generate.start': call<GenerateRequest, { jobId: string }>(generateSchema),
  /** What was written for a song, and not stored by a window yet. */
  'generate.jobs': call<{ projectId: string }, Job[]>(object({ projectId: idSchema })),
  'generate.cancel': call<{ jobId: string }, object>(object({ jobId: idSchema })),
  /** The window has stored what the job brought; the host may forget it. */
  'generate.settle': call<{ jobId: string }, object>(object({ jobId: idSchema })),
  'music.transfer': call<TransferRequest, { piece: Piece; heard: Reading | null }>(transferSchema),
  'music.recognise': call<{ piece: Piece }, Reading>(object({ piece: pieceSchema })),
  'music.map': call<object, LatentMap>(nothing),
  'music.place': call<{ piece: Piece }, Partial<Record<string, [number, number]>>>(
    object({ piece: pieceSchema }),
  ),
  /** Answers when the engine is ready to write; `live.bar` and `live.state` tell the rest. */
  'live.start': call<LiveStart, LiveState>(liveStartSchema),
  /** Heard from the next bar on, or from the next beat where MIDI's setting `emotionAt` says so. */
  'live.emotion': call<LiveEmotion, object>(liveEmotionSchema),
  'live.stop': call<object, object>(nothing),
  'engine.restart': call<object, EngineState>(nothing),
  /** Passed on to the MIDI process, which checks the argument; files and quitting are not for a window to ask. */
  'midi.call': call<MidiCall, unknown>(midiCallSchema),
  /** Hands a clip to the MIDI process: at once when stopped, at the next bar line when playing. */
  /** `asked`: the emotion that each bar was asked for, to be sent as controllers where that is chosen. */
  'midi.load': call<
    { clipId: string; piece: Piece; sameBar: boolean; asked?: readonly Emotion[] | undefined },
    object
  >(
    object({
      clipId: idSchema,
      piece: pieceSchema,
      sameBar: boolean,
      asked: optional(list(emotionSchema, MAX_BARS)),
    }),
  ),
} as const;

type CallName = keyof typeof CALLS;
type Params<N extends CallName> = Infer<(typeof CALLS)[N]['params']>;
type Result<N extends CallName> = NonNullable<(typeof CALLS)[N]['result']>;

/** Every event a host sends to its windows. */
export interface Events {
  'generate.progress': { jobId: string; words: number; wordsPerSecond: number; part: number };
  'generate.take': { jobId: string; take: Take };
  'generate.end': { jobId: string; state: Job['state']; message?: string };
  'live.state': LiveState;
  'live.bar': LiveBar;
  'live.position': LivePosition;
  'project.changed': ProjectChange;
  'engine.state': EngineState;
  'midi.event': { name: keyof MidiEvents; value: unknown };
  'menu.command': { command: string };
  notice: { text: string };
}
export type EventName = keyof Events;

/** What a host implements; a missing handler is a compile error. */
export type Handlers = { [N in CallName]: (params: Params<N>) => Promise<Result<N>> };
export type Emit = <N extends EventName>(name: N, payload: Events[N]) => void;

/** What the renderer gets, from the preload or from the WebSocket client. */
export interface Api {
  call<N extends CallName>(name: N, params: Params<N>): Promise<Result<N>>;
  on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void;
  /** Browser only: told when the connection goes and comes back. */
  onConnection?(listener: (up: boolean) => void): () => void;
}

function isCallName(value: unknown): value is CallName {
  return typeof value === 'string' && Object.hasOwn(CALLS, value);
}

/** Checks a call at the host's edge and runs it; anything wrong becomes one AffettoError. */
export async function dispatch(handlers: Handlers, name: unknown, params: unknown): Promise<unknown> {
  if (!isCallName(name)) throw new AffettoError(`there is no call ${JSON.stringify(name)?.slice(0, 60)}`);
  const checked = CALLS[name].params.check(params, name);
  return (handlers[name] as (params: unknown) => Promise<unknown>)(checked);
}
