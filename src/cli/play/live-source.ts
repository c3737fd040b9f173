import { AffettoError } from '../../model/error.ts';
import type { BarSource } from '../../services/midi/protocol.ts';

/** A live source that has to be closed. */
export interface LiveSource extends BarSource {
  dispose(): void;
}

/** Opens the generator for `affetto play --valence --arousal`. */
export async function openLiveSource(
  _values: { readonly [option: string]: string | boolean | undefined },
  _say: (line: string) => void,
): Promise<LiveSource> {
  throw new AffettoError('no generator yet', 'failure');
}
