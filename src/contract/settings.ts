import {
  anything,
  boolean,
  type Infer,
  integer,
  nullable,
  number,
  object,
  oneOf,
  optional,
  partialRecord,
  text,
} from '../model/validate.ts';
import { idSchema } from './document.ts';
import { ALL_ELEMENTS } from './elements.ts';

/** Heights that a lane may have, px: what its header needs, and a tall screen. */
export const LEAST_LANE = 38;
export const MOST_LANE = 900;

/** The settings that a window may change, each by itself. */
const chosen = {
  theme: oneOf(['system', 'dark', 'light']),
  engine: oneOf(['auto', 'simd', 'tfjs', 'cuda']),
  /** A folder under resources/models; a name leads nowhere else. */
  model: text(80, /^[A-Za-z0-9][A-Za-z0-9_.-]*$/),
  metronome: boolean,
  countIn: boolean,
  volume: number(0, 1),
  pedalOnExport: boolean,
  /** Bars and tempo of exported files are the beats that were found, also where the file says otherwise. */
  foundBeatsOnExport: boolean,
  /** The generator's further settings are shown. */
  moreSettings: boolean,
  /** The song's form is shown below the lanes. */
  songForm: boolean,
  /** Widths of the panels beside the lanes, px; null: as usual. */
  panels: object({ ask: nullable(integer(180, 480)), shelf: nullable(integer(160, 480)) }),
  /** Heights of the lanes that were given one, px. */
  laneHeights: partialRecord(ALL_ELEMENTS, integer(LEAST_LANE, MOST_LANE)),
};
export const settingsSchema = object({
  ...chosen,
  lastProject: nullable(idSchema),
  /** The MIDI process's own settings, kept for it; it checks them itself. */
  midi: optional(anything),
});
export type Settings = Infer<typeof settingsSchema>;

/** Each may come alone. */
export const changeSettings = object({
  theme: optional(chosen.theme),
  engine: optional(chosen.engine),
  model: optional(chosen.model),
  metronome: optional(chosen.metronome),
  countIn: optional(chosen.countIn),
  volume: optional(chosen.volume),
  pedalOnExport: optional(chosen.pedalOnExport),
  foundBeatsOnExport: optional(chosen.foundBeatsOnExport),
  moreSettings: optional(chosen.moreSettings),
  songForm: optional(chosen.songForm),
  panels: optional(chosen.panels),
  laneHeights: optional(chosen.laneHeights),
});
