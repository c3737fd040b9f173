import type { Message } from '../message.ts';
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
    if ((message[0] & 0xf0) !== 0xb0) return null;
    const channel = (message[0] & 0x0f) + 1;
    const [, controller, value] = message;
    if (this.learning !== null) {
      // Channel mode messages are no knobs.
      if (controller >= 120) return null;
      const learnt = { target: this.learning, channel, controller };
      // One controller moves one target, one target has one controller.
      this.mappings = [
        ...this.mappings.filter(
          (one) =>
            one.target !== learnt.target && !(one.channel === channel && one.controller === controller),
        ),
        learnt,
      ];
      this.learning = null;
      this.#pressed.add(learnt.target);
      return { learnt };
    }
    const mapping = this.mappings.find((one) => one.channel === channel && one.controller === controller);
    if (!mapping) return null;
    return this.#move(mapping.target, value);
  }

  forget(target: ControlTarget): void {
    this.mappings = this.mappings.filter((one) => one.target !== target);
  }

  #move(target: ControlTarget, value: number): { move: ControlMove } | null {
    if (target === 'generate' || target === 'panic') {
      const down = value >= 64;
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
