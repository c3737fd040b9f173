import { STEPS_PER_BEAT } from '../../model/music/piece.ts';
import { barAt } from '../edit/bars.ts';
import { pathWithBars } from '../emotion/path.ts';
import { PLACES } from '../emotion/places.ts';
import { keepLast } from '../live/keep.ts';
import { sortedClips } from '../session/clips.ts';
import { exportShown } from '../session/files.ts';
import type { Studio } from '../session/studio.svelte.ts';

/** The sheet of keys, as people read it. */
export const KEY_LIST: readonly [string, string][] = [
  ['Space', 'play, stop'],
  ['Enter', 'generate'],
  ['G', 'go live: music of the present emotion until it is stopped'],
  ['K', 'keep the last bars of live music as a clip'],
  ['Esc', 'cancel; end drawing; leave the choice of bars and notes'],
  ['1 … 8', 'excited, happy, content, calm, tired, sad, tense, angry'],
  ['P', 'draw a path; end drawing'],
  ['← →', 'playhead to the bar before, after'],
  ['Home', 'playhead to the start'],
  ['[ ]', 'clip before, after'],
  ['B', 'before, after the last change; comparing: the other one'],
  ['C', 'compare two clips'],
  ['L', 'loop the chosen bars'],
  ['M', 'metronome'],
  ['+ −', 'zoom'],
  ['S', 'star the clip'],
  ['Ctrl/⌘ Z', 'undo; with Shift: redo'],
  ['Ctrl/⌘ E', 'export the clip as MIDI'],
  ['Ctrl/⌘ A', 'choose all bars'],
  ['Delete', 'remove the chosen notes (in the pitch lane)'],
  ['Shift Esc', 'panic: every note off'],
  ['?', 'this sheet'],
];

const TYPING = 'input:not([type=range]), textarea, select, dialog';

/** Keys for the whole window; what has the focus comes first. */
export function handleKey(event: KeyboardEvent, studio: Studio): void {
  if (event.defaultPrevented) return;
  const target = event.target as HTMLElement | null;
  // Under an open dialog nothing answers, also when what had the focus in it is gone.
  if (target?.closest?.(TYPING) || document.querySelector('dialog[open]')) return;
  const command = event.ctrlKey || event.metaKey;
  const run = command ? commandKey(event, studio) : plainKey(event, studio, target);
  if (!run) return;
  event.preventDefault();
  run();
}

function commandKey(event: KeyboardEvent, studio: Studio): (() => void) | null {
  const { session } = studio;
  switch (event.key.toLowerCase()) {
    case 'z':
      return () => (event.shiftKey ? session.redo() : session.undo());
    case 'y':
      return () => session.redo();
    case 's':
      return () => void studio.autosave.flush();
    case 'e':
      return () => void exportShown(session);
    case 'a':
      return () => {
        if (session.shown) session.bars = { from: 0, to: session.shown.barBeats.length };
      };
    default:
      return null;
  }
}

function plainKey(event: KeyboardEvent, studio: Studio, target: HTMLElement | null): (() => void) | null {
  const { session, player, generation, viewport, comparison, live } = studio;
  const onButton = target?.closest?.('button, [role=button], summary') != null;
  const { key } = event;
  if (/^[1-8]$/.test(key)) return () => choosePlace(studio, Number(key) - 1);
  if (key === ' ') return onButton ? null : () => void studio.togglePlay();
  if (key === 'Enter') return onButton || generation.busy ? null : () => void generation.generate();
  if (key === 'Escape') return () => leave(studio, event.shiftKey);
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    if (live.on || target?.matches?.('input[type=range]')) return null;
    return () => {
      const bar = barAt(viewport.starts, player.position() / STEPS_PER_BEAT) + (key === 'ArrowLeft' ? -1 : 1);
      const beat = viewport.starts[Math.min(viewport.starts.length - 2, Math.max(0, bar))] ?? 0;
      player.seek(beat * STEPS_PER_BEAT);
      viewport.follow(beat);
    };
  }
  const simple: Record<string, () => void> = {
    Home: () => player.rewind(),
    b: () => comparison.turn(),
    c: () => (comparison.pair ? comparison.close() : comparison.start()),
    g: () => void studio.toggleLive(),
    k: () => {
      if (live.on) keepLast(session, live, live.keeps);
    },
    l: () => {
      player.looping = !player.looping;
    },
    m: () => void session.changeSettings({ metronome: !session.settings.metronome }),
    p: () => {
      studio.drawing = !studio.drawing;
    },
    s: () => document.querySelector<HTMLElement>('li.current [aria-label^=Star]')?.click(),
    '+': () => viewport.zoomBy(1.5),
    '=': () => viewport.zoomBy(1.5),
    '-': () => viewport.zoomBy(1 / 1.5),
    '[': () => step(studio, -1),
    ']': () => step(studio, 1),
    '?': () => {
      studio.sheet = 'keys';
    },
  };
  return simple[key] ?? simple[key.toLowerCase()] ?? null;
}

/** The named place for everything, or for the chosen bars only. */
function choosePlace({ session }: Studio, index: number): void {
  const { valence, arousal } = PLACES[index];
  const { ask } = session.doc;
  if (session.bars && session.current && !session.showsWhole) {
    const bars = Math.min(64, session.current.piece.barBeats.length);
    const change = { fromBar: session.bars.from, toBar: session.bars.to, emotion: { valence, arousal } };
    session.changeAsk('shape the path', { path: pathWithBars(ask.emotion, ask.path, bars, change) });
  } else {
    session.changeAsk('choose an emotion', { emotion: { valence, arousal }, path: null });
  }
}

function leave(studio: Studio, panic: boolean): void {
  const { session, player, generation, midi, comparison } = studio;
  if (panic) {
    player.stop();
    void midi.call('panic');
  } else if (studio.drawing) studio.drawing = false;
  else if (comparison.pair) comparison.close();
  else if (generation.busy) generation.cancel();
  else {
    session.bars = null;
    session.notes = new Set();
    session.comparing = false;
  }
}

function step({ session, comparison }: Studio, by: number): void {
  const clips = sortedClips(session.doc.clips, session.order);
  const at = clips.findIndex((clip) => clip.id === session.doc.currentId);
  const next = clips[Math.min(clips.length - 1, Math.max(0, at + by))];
  if (!next) return;
  if (comparison.pair) comparison.pick(next.id);
  else session.select(next.id);
}
