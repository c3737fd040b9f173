import type { MidiSettings } from './protocol.ts';
import { checkSettings, DEFAULT_SETTINGS } from './settings.ts';

/** What a change of settings asks of the ports. */
export interface Reconfigured {
  readonly settings: MidiSettings;
  /** The first settings of this service: until then no port is open. */
  readonly first: boolean;
  /** Only when named: an output that plays must not blink because a channel changed. */
  readonly output: boolean;
  readonly input: boolean;
  readonly controls: boolean;
}

/** The settings in force, and what each change of them means. */
export class Configuration {
  settings: MidiSettings = DEFAULT_SETTINGS;
  done = false;

  /** Throws an input error for settings out of range; then nothing has changed. */
  change(part: Partial<MidiSettings>): Reconfigured {
    const before = this.settings;
    const first = !this.done;
    this.settings = checkSettings({ ...before, ...part });
    this.done = true;
    const other = (end: 'output' | 'input' | 'controls'): boolean =>
      first || (part[end] !== undefined && JSON.stringify(part[end]) !== JSON.stringify(before[end]));
    return {
      settings: this.settings,
      first,
      output: other('output'),
      input: other('input'),
      controls: other('controls'),
    };
  }

  /** Milliseconds that a port is sent everything later. */
  offsetOf(port: string | null): number {
    return this.settings.offsets[port ?? ''] ?? 0;
  }
}
