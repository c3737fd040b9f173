import type { CALLS } from '../../src/contract/contract.ts';
import { type Clip, NEW_ASK, newProject } from '../../src/contract/document.ts';

export const PIECE = {
  key: { tonic: 2, mode: 'minor' as const },
  barBeats: [4, 4, 3],
  notes: [
    { step: 0, pitch: 50, duration: 4, velocity: 64 },
    { step: 0, pitch: 62, duration: 0.5, velocity: 90, offset: -0.2 },
    { step: 18, pitch: 65, duration: 6, velocity: 71 },
    { step: 40, pitch: 69, duration: 4, velocity: 50 },
  ],
  tempos: [
    { beat: 0, bpm: 96 },
    { beat: 4, bpm: 90.5 },
  ],
  chords: [{ beat: 0, chord: { root: 2, quality: 'min' as const, bass: 9 } }],
  pedal: [{ startStep: 0, endStep: 15.5 }],
};

export const CLIP: Clip = {
  id: 'c',
  name: 'Take 1',
  kind: 'take',
  starred: false,
  piece: PIECE,
  mix: {},
  ask: NEW_ASK,
  asked: [NEW_ASK.emotion],
  heard: { emotion: NEW_ASK.emotion, bars: [NEW_ASK.emotion] },
  seed: 7,
  model: 'affetto',
  renewed: { clipId: 'b', elements: ['pitch'], fromBar: 0, toBar: 2 },
  chosen: { written: 4, copies: 0, reason: 'emotion' },
};

const song = { ...newProject('song'), clips: [CLIP], currentId: 'c' };
const file = { fileName: 'verse.mid', base64: 'TVRoZAAAAAYAAAABAGA=' };
const correction = { grid: 'auto', octave: 'found', shiftBeats: 0, metre: 'found' };
const drawn = { name: 'Take 1', piece: PIECE, type: 1, chords: true, pedal: true };

/** Parameters that each call takes, to be changed. */
export const SAMPLES: Partial<Record<keyof typeof CALLS, unknown>> = {
  'app.hello': {},
  'app.shown': { id: 'song' },
  'settings.change': { theme: 'dark', volume: 0.5, model: 'affetto', panels: { ask: 200, shelf: null } },
  'projects.list': {},
  'projects.create': {},
  'projects.open': { id: 'song' },
  'projects.save': { project: song, revision: null, by: 'window' },
  'projects.rename': { id: 'song', by: 'window', name: 'Night' },
  'projects.remove': { id: 'song', by: 'window' },
  'projects.deleted': {},
  'projects.restore': { id: 'song' },
  'projects.purge': { id: 'song' },
  'projects.adopt': { fileName: 'x.affetto', text: JSON.stringify(song) },
  'clips.import': { ...file, correction },
  'clips.correct': { fileId: 'a'.repeat(40), fileName: 'verse.mid', correction },
  'clips.cancelImports': {},
  'clips.write': drawn,
  'clips.prepareDrag': drawn,
  'clips.drag': { ticket: 'a-ticket' },
  'generate.start': {
    projectId: 'song',
    ask: NEW_ASK,
    bars: [NEW_ASK.emotion],
    seed: 1,
    base: { clipId: 'c', piece: PIECE, renew: ['pitch'], fromBar: 0, toBar: 2 },
  },
  'generate.jobs': { projectId: 'song' },
  'generate.cancel': { jobId: 'job' },
  'generate.settle': { jobId: 'job' },
  'music.transfer': { piece: PIECE, sources: { tempo: { piece: PIECE, amount: 50 } } },
  'music.recognise': { piece: PIECE },
  'music.map': {},
  'music.place': { piece: PIECE },
  'live.start': { ask: NEW_ASK, seed: 3 },
  'live.emotion': { emotion: NEW_ASK.emotion, intensity: 1 },
  'live.stop': {},
  'engine.restart': {},
  'midi.call': { name: 'configure', argument: { bpm: 120 } },
  'midi.load': { clipId: 'c', piece: PIECE, sameBar: false },
};
