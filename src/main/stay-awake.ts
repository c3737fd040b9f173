import { powerSaveBlocker } from 'electron';
import type { EventName, Events, MidiState } from '../contract/contract.ts';

/** While music goes out, a computer that is not touched must not fall asleep: told of every event, it sees to that. */
export function createStayAwake(): <N extends EventName>(event: N, payload: Events[N]) => void {
  const playing = { midi: false, live: false };
  let blocker: number | null = null;
  return (event, payload) => {
    if (event === 'midi.event') {
      const { name, value } = payload as Events['midi.event'];
      if (name !== 'state') return;
      playing.midi = (value as MidiState).transport !== 'stopped';
    } else if (event === 'live.state') playing.live = (payload as Events['live.state']).phase !== 'off';
    else return;
    const needed = playing.midi || playing.live;
    if (needed && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!needed && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
}
