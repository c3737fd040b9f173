import { blindTest } from './blind-test.ts';
import { ELEMENT_WORDS, type ListenData, QUADRANT_WORDS } from './data.ts';
import { el } from './dom.ts';
import { clipCard } from './player.ts';

declare const AFFETTO_LISTEN: ListenData;

/** Fills the sections of docs/listen/index.html from clips.js. */
function fill(data: ListenData): void {
  const at = (id: string): HTMLElement => document.getElementById(id)!;
  data.quadrants.forEach((clips, i) => {
    const word = QUADRANT_WORDS[i];
    const cards = clips.map((clip) => clipCard(clip, `${word}, ${clip.title}`));
    at('quadrants').append(el('section', { class: `quadrant q${i + 1}` }, el('h3', {}, word), ...cards));
  });
  at('path').append(el('p', {}, data.path.words), clipCard(data.path.clip));
  for (const { element, before, donor, after } of data.transfers) {
    const word = ELEMENT_WORDS[element];
    const cards = [before, donor, after].map((clip) => clipCard(clip, `${word}: ${clip.title}`));
    at('transfers').append(
      el('section', { class: 'transfer' }, el('h3', {}, word), el('div', { class: 'row' }, ...cards)),
    );
  }
  at('test').append(blindTest(data));
}

fill(AFFETTO_LISTEN);
