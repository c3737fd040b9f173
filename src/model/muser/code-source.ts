import type { WayBack } from './lane.ts';
import type { CodeView } from './memory.ts';

/** Where a session's lanes get the codes that their next decoder step sees. */
export interface CodeSource {
  /** Makes what the next step of these lanes needs. */
  prepare(active: readonly number[]): Promise<void>;
  view(lane: number): CodeView;
  /**
   * Conditions have changed at a lane's bar line: what was made for the open bar is made anew, and is the same again where
   * they are the same.
   */
  changed(lane: number): void;
  mark(lane: number): Promise<WayBack>;
  dispose(): void;
}
