import { AffettoError } from '../../../model/error.ts';
import type { Bar, Take } from '../../../model/midi/bar.ts';
import type { LoopRange } from '../protocol.ts';

/** Longer bars are a mistake somewhere: the longest real ones have 12 quarters. */
const LONGEST_BEATS = 64;

/** Refuses a bar that the player could not play; it came over a process boundary. */
export function checkBar(bar: Bar, where: string): Bar {
  const fail = (what: string): never => {
    throw new AffettoError(`${where}: ${what}; the bar was not played.`);
  };
  if (typeof bar !== 'object' || bar === null || !Array.isArray(bar.notes)) fail('this is no bar of notes');
  if (!(bar.beats > 0 && bar.beats <= LONGEST_BEATS)) fail(`a bar of ${bar.beats} beats`);
  for (const note of bar.notes) {
    if (!isByte(note.pitch)) fail(`a pitch of ${note.pitch}, must be 0..127`);
    if (!isByte(note.velocity) || note.velocity < 1) fail(`a velocity of ${note.velocity}, must be 1..127`);
    if (!(note.beat >= 0 && note.beat < bar.beats)) fail(`a note on beat ${note.beat} of ${bar.beats}`);
    if (!(note.length > 0 && Number.isFinite(note.length))) fail(`a note length of ${note.length} beats`);
  }
  for (const { channel } of bar.notes) {
    if (channel !== undefined && !(Number.isInteger(channel) && channel >= 1 && channel <= 16))
      fail(`a note on channel ${channel}, must be 1..16`);
  }
  for (const { bytes } of bar.messages ?? []) {
    const [status, ...data] = bytes;
    const wanted = (status & 0xe0) === 0xc0 ? 1 : 2;
    if (!(status >= 0xa0 && status <= 0xef) || data.length !== wanted || !data.every(isByte))
      fail(`a message of the bytes ${bytes.join(' ')}`);
  }
  for (const change of bar.tempos ?? []) {
    if (!(change.bpm >= 1 && change.bpm <= 999)) fail(`a tempo of ${change.bpm}, must be 1..999`);
  }
  for (const change of [
    ...(bar.pedal ?? []),
    ...(bar.tempos ?? []),
    ...(bar.emotion ?? []),
    ...(bar.messages ?? []),
  ]) {
    if (!(change.beat >= 0 && change.beat <= bar.beats))
      fail(`a change on beat ${change.beat} of ${bar.beats}`);
  }
  return bar;
}

export function checkTake(take: Take): Take {
  if (typeof take !== 'object' || take === null || !Array.isArray(take.bars) || typeof take.id !== 'string') {
    throw new AffettoError('What was to be played is no take: it needs an id and bars.');
  }
  take.bars.forEach((bar, index) => {
    checkBar(bar, `Take '${take.name}', bar ${index + 1}`);
  });
  return take;
}

export function checkLoop({ startBar, bars }: LoopRange): void {
  const whole = Number.isInteger(startBar) && Number.isInteger(bars);
  if (!whole || startBar < 0 || bars < 1)
    throw new AffettoError('A loop needs a first bar (from 0) and at least one bar.');
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 127;
}
