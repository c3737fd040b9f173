/** What is added to music on the grid. */
export interface Touch {
  readonly pedal: boolean;
  /** Of the micro-timing of a player, 0 (on the grid) to 1. */
  readonly timing: number;
}

export const USUAL_TOUCH: Touch = { pedal: true, timing: 0.8 };
