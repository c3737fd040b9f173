/**
 * Bar lines of a rated piece in seconds: `bars` + 1 of them, evenly spaced whatever the time signatures say. VGMIDI's rating
 * tool kept time so: it took the share of the recording that had been played for the share of the bars.
 */
export function barLines(bars: number, durationSeconds: number): number[] {
  return Array.from({ length: bars + 1 }, (_, i) => (i * durationSeconds) / bars);
}
