import type { Health, Rank } from './protocol.ts';
import type { Sender } from './timing/sender.ts';
import type { Player } from './transport/player.ts';

/** The numbers of the health panel, gathered from where they are kept. */
export function readHealth(
  sender: Sender,
  player: Player,
  echoes: number,
  ignored: number,
  rank: Rank,
): Health {
  const { daw } = player;
  const known = daw.follower.tick >= 0;
  return {
    lateness: sender.lateness.summary(),
    lost: sender.lost,
    repeatedBars: player.repeatedBars,
    sounding: sender.table.sounding().map(({ channel, pitch }) => ({ channel: channel + 1, pitch })),
    pedals: sender.table.pedals().map((channel) => channel + 1),
    clock: {
      state: daw.clock,
      bpm: known ? daw.follower.bpm : null,
      jitterMs: known ? daw.follower.jitter : null,
      running: daw.running,
    },
    echoes,
    ignored,
    rank,
  };
}
