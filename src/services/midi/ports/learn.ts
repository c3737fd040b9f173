import { isNoteOff, isNoteOn, type Message } from '../message.ts';
import type { ControlMapping, ControlTarget } from '../protocol.ts';

export interface ControlMove {
  readonly target: ControlTarget;
  readonly value: number;
}

/** Remote control: which incoming controllers move what, and learning new ones. */
export class ControlMap {
  mappings: readonly ControlMapping[];
  learning: ControlTarget | null = null;
  /** Last value of controllers that act as buttons, to see them being pressed. */
  readonly #pressed = new Set<ControlTarget>();

  constructor(mappings: readonly ControlMapping[] = []) {
    this.mappings = mappings;
  }

  /** What an incoming message does: teaches a mapping, moves a target, or nothing. */
  receive(message: Message): { learnt: ControlMapping } | { move: ControlMove } | null {
    const source = sourceOf(message);
    if (!source) return null;
    const { value } = source;
    if (this.learning !== null) {
      // A key that is let go is not what is shown.
      if ('note' in source.from && value === 0) return null;
      const learnt: ControlMapping = { target: this.learning, ...source.from };
      // One controller moves one target, one target has one controller.
      this.mappings = [
        ...this.mappings.filter((one) => one.target !== learnt.target && !isSame(one, learnt)),
        learnt,
      ];
      this.learning = null;
      this.#pressed.add(learnt.target);
      return { learnt };
    }
    const mapping = this.mappings.find((one) => isSame(one, source.from));
    if (!mapping) return null;
    // Where a key sets a value, letting it go changes nothing.
    if ('note' in mapping && value === 0 && !isButton(mapping.target)) return null;
    return this.#move(mapping, value);
  }

  forget(target: ControlTarget): void {
    this.mappings = this.mappings.filter((one) => one.target !== target);
  }

  #move(mapping: ControlMapping, value: number): { move: ControlMove } | null {
    const { target } = mapping;
    if (isButton(target)) {
      const down = 'note' in mapping ? value > 0 : value >= 64;
      const pressed = down && !this.#pressed.has(target);
      if (down) this.#pressed.add(target);
      else this.#pressed.delete(target);
      return pressed ? { move: { target, value: 1 } } : null;
    }
    // 64 is the middle of a knob, so it must be exactly 0.
    const centred = value < 64 ? (value - 64) / 64 : (value - 64) / 63;
    return { move: { target, value: target === 'intensity' ? value / 127 : centred } };
  }
}

type Source = { readonly channel: number } & ({ readonly controller: number } | { readonly note: number });

function isButton(target: ControlTarget): boolean {
  return target !== 'valence' && target !== 'arousal' && target !== 'intensity';
}

function isSame(one: Source, other: Source): boolean {
  if (one.channel !== other.channel) return false;
  if ('note' in one) return 'note' in other && one.note === other.note;
  return 'controller' in other && one.controller === other.controller;
}

/** Which knob or key a message comes from, and its value 0..127; null for what is neither. */
function sourceOf(message: Message): { from: Source; value: number } | null {
  const channel = (message[0] & 0x0f) + 1;
  const [, number, value] = message;
  if (isNoteOn(message)) return { from: { channel, note: number }, value };
  if (isNoteOff(message)) return { from: { channel, note: number }, value: 0 };
  // Channel mode messages are no knobs.
  if ((message[0] & 0xf0) !== 0xb0 || number >= 120) return null;
  return { from: { channel, controller: number }, value };
}
