import type { Health, MidiCall, MidiState, PortList, Position } from '../../contract/contract.ts';
import type { Clip } from '../../contract/document.ts';
import { PLACES } from '../emotion/places.ts';
import type { Session } from '../session/session.svelte.ts';

/** The window's side of MIDI: what the process last said, and calls to it. */
export class MidiController {
  state = $state.raw<MidiState | null>(null);
  ports = $state.raw<PortList | null>(null);
  health = $state.raw<Health | null>(null);
  position = $state.raw<Position | null>(null);
  /** A pad or key that was learnt for it is pressed. */
  onPress: (target: string) => void = () => {};
  readonly #session: Session;

  constructor(session: Session, state: MidiState | null) {
    this.#session = session;
    this.state = state;
    session.api.on('midi.event', ({ name, value }) => {
      if (name === 'state') this.state = value as MidiState;
      else if (name === 'ports') this.ports = value as PortList;
      else if (name === 'health') this.health = value as Health;
      else if (name === 'position') this.position = value as Position;
      else if (name === 'notice') session.notices.tell((value as { text: string }).text);
      else if (name === 'control') this.#control(value as { target: string; value: number });
    });
  }

  /** The tempo that the DAW's clock tells, beats a minute; null where none arrives. */
  get clockBpm(): number | null {
    const { clock } = this.health ?? {};
    return clock?.state === 'arriving' ? clock.bpm : null;
  }

  /** Asks how things stand now: the clock is told only now and then. */
  async refreshHealth(): Promise<void> {
    const health = await this.call('health');
    if (health) this.health = health as Health;
  }

  async call(name: MidiCall['name'], argument?: unknown): Promise<unknown> {
    try {
      const params = argument === undefined ? { name } : { name, argument };
      return await this.#session.api.call('midi.call', params);
    } catch (error) {
      this.#session.notices.fail(error);
      return undefined;
    }
  }

  /** Sends the current clip to the DAW and starts, or stops. */
  async toggle(): Promise<void> {
    if (this.state?.transport && this.state.transport !== 'stopped') {
      await this.call('stop');
      return;
    }
    const { current, doc, shown, showsWhole } = this.#session;
    if (!current) return;
    // The song has an id of its own.
    const playing = showsWhole && shown ? { id: doc.id, piece: shown } : current;
    try {
      await this.#session.api.call('midi.load', this.#loading(playing, false));
    } catch (error) {
      this.#session.notices.fail(error);
      return;
    }
    await this.call('play', {});
  }

  /** The clip after the current one; where one plays in the DAW, it takes over from the same bar on. */
  async nextTake(): Promise<void> {
    const { clips, current } = this.#session;
    if (clips.length === 0) return;
    const next = clips[(clips.findIndex(({ id }) => id === current?.id) + 1) % clips.length];
    this.#session.select(next.id);
    if (this.state?.source !== 'take' || this.state.transport === 'stopped') return;
    try {
      await this.#session.api.call('midi.load', this.#loading(next, true));
    } catch (error) {
      this.#session.notices.fail(error);
    }
  }

  #loading({ id, piece, asked }: Pick<Clip, 'id' | 'piece' | 'asked'>, sameBar: boolean) {
    return { clipId: id, piece, sameBar, ...(asked && { asked }) };
  }

  #control({ target, value }: { target: string; value: number }): void {
    const { ask } = this.#session.doc;
    if (target === 'valence' || target === 'arousal') {
      this.#session.changeAsk(
        'turn a knob',
        { emotion: { ...ask.emotion, [target]: value } },
        `knob ${target}`,
      );
    } else if (target === 'intensity') {
      this.#session.changeAsk('turn a knob', { intensity: value * 2 }, 'knob intensity');
    } else {
      const place = PLACES.find(({ name }) => name === target);
      if (place) {
        const { valence, arousal } = place;
        this.#session.changeAsk('press a pad', { emotion: { valence, arousal } }, 'pad');
      } else this.onPress(target);
    }
  }
}
