import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowPlace extends Bounds {
  readonly maximized: boolean;
}

const FILE = 'window.json';
/** So much of the window has to lie on a screen, or it could not be found again. */
const SEEN = 120;

/** Where the window was last time; null: nowhere, or on a screen that is no longer there. */
export function lastPlace(folder: string, screens: readonly Bounds[]): WindowPlace | null {
  try {
    return placeOn(JSON.parse(readFileSync(join(folder, FILE), 'utf8')), screens);
  } catch {
    return null;
  }
}

/** At once, because the app may end with its window; and it never stops one from closing: where it was is a courtesy. */
export function keepPlace(folder: string, place: WindowPlace): void {
  const temporary = join(folder, `${FILE}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, JSON.stringify(place));
    renameSync(temporary, join(folder, FILE));
  } catch {
    // Next time it opens where it did this time.
  }
}

/** A place as it was kept, if enough of it lies on a screen. */
export function placeOn(kept: unknown, screens: readonly Bounds[]): WindowPlace | null {
  const { x, y, width, height, maximized } = (kept ?? {}) as Partial<WindowPlace>;
  const place = [x, y, width, height];
  if (!place.every((value): value is number => Number.isInteger(value)) || typeof maximized !== 'boolean')
    return null;
  const [left, top, wide, tall] = place;
  const overlap = (from: number, length: number, start: number, room: number): number =>
    Math.min(from + length, start + room) - Math.max(from, start);
  const seen = screens.some(
    (screen) =>
      overlap(left, wide, screen.x, screen.width) >= SEEN &&
      // The title bar is what a hand takes hold of.
      top >= screen.y &&
      overlap(top, tall, screen.y, screen.height) >= SEEN,
  );
  return seen ? { x: left, y: top, width: wide, height: tall, maximized } : null;
}
