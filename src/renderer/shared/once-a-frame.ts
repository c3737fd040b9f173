/** Runs `act` with the latest value given, once a frame at most: pointers report more often than the screen shows. */
export function onceAFrame<T>(act: (value: T) => void): { ask(value: T): void; now(): void } {
  let frame = 0;
  let latest: T;
  const run = (): void => {
    frame = 0;
    act(latest);
  };
  return {
    ask(value) {
      latest = value;
      if (frame === 0) frame = requestAnimationFrame(run);
    },
    /** What is still waiting is done at once: for the end of a gesture. */
    now() {
      if (frame === 0) return;
      cancelAnimationFrame(frame);
      run();
    },
  };
}
