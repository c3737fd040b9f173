import type { CodeView } from './memory.ts';

/** Where a session's lanes get the codes that their next decoder step sees. */
export interface CodeSource {
  /** Makes what the next step of these lanes needs. */
  prepare(active: readonly number[]): Promise<void>;
  view(lane: number): CodeView;
  /** Conditions have changed at a lane's bar line: what was made for the open bar is made anew. */
  changed(lane: number): void;
  dispose(): void;
}
