import type { PageClip } from './data.ts';
import { el } from './dom.ts';
import { PagePiano } from './piano.ts';

const piano = new PagePiano();
/** What stops the clip that plays. */
let stopCurrent: (() => void) | null = null;

const WIDTH = 320;
const HEIGHT = 72;

/** A clip with its notes drawn and a button that plays and stops it; one clip plays at a time. */
export function clipCard(clip: PageClip, label = clip.title): HTMLElement {
  const button = el('button', { type: 'button', class: 'play', 'aria-label': `Play ${label}` }, '▶');
  const roll = el('canvas', { width: `${WIDTH}`, height: `${HEIGHT}`, 'aria-hidden': 'true' });
  const state = el('span', { class: 'state', role: 'status' });
  const card = el(
    'div',
    { class: 'clip', 'data-clip': clip.id },
    button,
    el('div', { class: 'what' }, el('b', {}, clip.title), roll, state),
  );
  const length = lengthOf(clip);
  // Once it is on the page, and whenever its colours change.
  const atRest = (): void => {
    if (!card.classList.contains('playing')) drawRoll(roll, clip, null);
  };
  requestAnimationFrame(atRest);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', atRest);
  let wanted = 0;
  const stop = (): void => {
    wanted++;
    stopCurrent = null;
    piano.stop();
    show(false);
  };
  const show = (playing: boolean): void => {
    card.classList.toggle('playing', playing);
    button.textContent = playing ? '■' : '▶';
    button.setAttribute('aria-label', `${playing ? 'Stop' : 'Play'} ${label}`);
    state.textContent = '';
    atRest();
  };
  const play = async (): Promise<void> => {
    stopCurrent?.();
    const turn = ++wanted;
    stopCurrent = stop;
    show(true);
    state.textContent = 'Tuning the piano…';
    const start = await piano.play(clip.notes, () => wanted === turn);
    if (start === null) return;
    state.textContent = '';
    const follow = (): void => {
      if (wanted !== turn) return;
      const at = (piano.now - start) * 1000;
      if (at > length + 400) {
        stop();
        return;
      }
      drawRoll(roll, clip, Math.max(0, at));
      requestAnimationFrame(follow);
    };
    follow();
  };
  button.addEventListener('click', () => {
    if (card.classList.contains('playing')) stop();
    else void play();
  });
  return card;
}

const lengthOf = (clip: PageClip): number =>
  clip.notes.reduce((end, [start, length]) => Math.max(end, start + length), 1);

/** Notes by time and pitch, louder ones stronger; those before `at` (milliseconds) in the colour of what has sounded. */
function drawRoll(canvas: HTMLCanvasElement, clip: PageClip, at: number | null): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const pitches = clip.notes.map(([, , pitch]) => pitch);
  const [low, high] = [Math.min(...pitches) - 1, Math.max(...pitches) + 1];
  const length = lengthOf(clip);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  for (const [start, duration, pitch, velocity] of clip.notes) {
    context.globalAlpha = 0.35 + (0.65 * velocity) / 127;
    context.fillStyle =
      at !== null && start <= at ? style.getPropertyValue('--now') || 'orange' : style.color;
    const y = HEIGHT - ((pitch - low) / (high - low)) * HEIGHT;
    context.fillRect((start / length) * WIDTH, y - 1.5, Math.max(2, (duration / length) * WIDTH - 1), 3);
  }
}
