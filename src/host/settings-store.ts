import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Settings, settingsSchema } from '../contract/settings.ts';
import { writeAtomically } from './files.ts';

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  engine: 'auto',
  model: 'affetto',
  metronome: false,
  countIn: false,
  volume: 0.8,
  pedalOnExport: true,
  foundBeatsOnExport: false,
  moreSettings: false,
  songForm: false,
  panels: { ask: null, shelf: null },
  laneHeights: {},
  lastProject: null,
};

/** Settings on disk. A damaged file gives the defaults for what cannot be read, never a failed start. */
export class SettingsStore {
  readonly #path: string;
  #settings: Settings = DEFAULT_SETTINGS;

  constructor(folder: string) {
    this.#path = join(folder, 'settings.json');
  }

  get current(): Settings {
    return this.#settings;
  }

  async load(): Promise<Settings> {
    const raw = await readFile(this.#path, 'utf8').catch(() => '{}');
    this.#settings = repair(raw);
    return this.#settings;
  }

  async change(part: Partial<Settings>): Promise<Settings> {
    this.#settings = settingsSchema.check({ ...this.#settings, ...part }, 'settings') as Settings;
    await writeAtomically(this.#path, `${JSON.stringify(this.#settings, null, 2)}\n`);
    return this.#settings;
  }
}

/** Keeps every member that is valid by itself and fills in the rest. */
function repair(raw: string): Settings {
  let given: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(raw);
    if (parsed !== null && typeof parsed === 'object') given = parsed as Record<string, unknown>;
  } catch {
    // Not JSON: all defaults.
  }
  let settings = DEFAULT_SETTINGS;
  for (const name of [...Object.keys(DEFAULT_SETTINGS), 'midi']) {
    if (!Object.hasOwn(given, name)) continue;
    try {
      settings = settingsSchema.check({ ...settings, [name]: given[name] }, 'settings') as Settings;
    } catch {
      // This member is refused; its default stays.
    }
  }
  return settings;
}
