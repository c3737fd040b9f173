import type { EmotionRecogniser } from '../../model/emotion/recogniser.ts';
import { barTimes } from '../../model/music/bar-times.ts';
import type { BeatTracker } from '../../model/music/beat-tracker.ts';
import { parseMidi } from '../../model/music/midi-in.ts';
import { writeMidi } from '../../model/music/midi-out.ts';
import type { Piece } from '../../model/music/piece.ts';
import type { VoiceTagger } from '../../model/voices/tagger.ts';
import type { Hear } from './analyse.ts';
import type { SmallModels } from './small-models.ts';

export interface Ear {
  /** null where no recogniser is installed. */
  hear: Hear;
  beatTracker?: BeatTracker;
  voiceTagger?: VoiceTagger;
}

/** What listens to music: the recogniser of emotion, the tracker of beats and the tagger of voices, where they are installed. */
export function createEar({
  recogniser,
  beatTracker,
  voiceTagger,
}: Partial<Pick<SmallModels, 'recogniser' | 'beatTracker' | 'voiceTagger'>>): Ear {
  return {
    hear: (piece) => (recogniser ? hear(recogniser, piece) : null),
    ...(beatTracker ? { beatTracker } : {}),
    ...(voiceTagger ? { voiceTagger } : {}),
  };
}

/** Heard as it sounds in the file that would be written: with pedal, and in seconds. */
function hear(recogniser: EmotionRecogniser, piece: Piece) {
  if (piece.notes.length === 0) return null;
  const { notes } = parseMidi(writeMidi(piece, { beats: 'piece' }), 'clip');
  const whole = recogniser.recognise(notes);
  const bars = recogniser.perBar(notes, barTimes(piece));
  return { emotion: rounded(whole), bars: bars.map(rounded) };
}

function rounded({ valence, arousal }: { valence: number; arousal: number }) {
  return { valence: Math.round(valence * 1000) / 1000, arousal: Math.round(arousal * 1000) / 1000 };
}
