import type { ControlMap } from './learn.ts';
import type { Player } from './player.ts';
import type { Ports } from './ports.ts';
import type { MidiSettings, MidiState } from './protocol.ts';

/** All of the service that a window shows. */
export function readState(
  ports: Ports,
  player: Player,
  controls: ControlMap,
  settings: MidiSettings,
): MidiState {
  return {
    status: ports.status,
    settings,
    output: ports.outputState,
    input: ports.inputState,
    transport: player.transport,
    source: player.program.source,
    takeId: player.program.takeId,
    nextTakeId: player.program.nextTakeId,
    loop: player.loopRange,
    learning: controls.learning,
  };
}
