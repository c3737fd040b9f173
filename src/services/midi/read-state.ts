import type { ControlMap } from './ports/learn.ts';
import type { Ports } from './ports/ports.ts';
import type { MidiSettings, MidiState } from './protocol.ts';
import type { Player } from './transport/player.ts';

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
    controls: ports.controlsState,
    transport: player.transport,
    source: player.program.source,
    takeId: player.program.takeId,
    nextTakeId: player.program.nextTakeId,
    loop: player.loopRange,
    learning: controls.learning,
  };
}
