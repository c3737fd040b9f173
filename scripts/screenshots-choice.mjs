// Which of several takes is shown: the one that follows the path, and is music throughout.

const POSITIONS_A_BAR = 16;

/** Of the clips of a song. */
export function bestFace(clips) {
  return clips.toSorted((a, b) => appeal(b) - appeal(a))[0];
}

/** What is heard near to what was asked, no empty bars, a moving harmony, and a wide but not a lost range: 0 to 4. */
function appeal({ asked = [], heard, piece }) {
  const bars = piece.barBeats.length;
  const away = asked.map(({ valence, arousal }, bar) => {
    const there = heard?.bars[bar] ?? heard?.emotion ?? { valence: 0, arousal: 0 };
    return Math.hypot(there.valence - valence, there.arousal - arousal) / 2;
  });
  const near = 1 - away.reduce((sum, part) => sum + part, 0) / Math.max(1, away.length);
  const sounding = new Set(piece.notes.map(({ step }) => Math.floor(step / POSITIONS_A_BAR))).size / bars;
  const harmony = Math.min(1, piece.chords.length / bars);
  const pitches = piece.notes.map(({ pitch }) => pitch);
  const range = Math.min(1, (Math.max(...pitches) - Math.min(...pitches)) / 48);
  return 2 * near + sounding + 0.5 * harmony + 0.5 * range;
}

/** The clip that feels the most unlike this one: what it lends is seen and heard. */
export function farthest(clips, { id, heard }) {
  const away = (clip) =>
    clip.id === id || !clip.heard
      ? -1
      : Math.hypot(
          clip.heard.emotion.valence - heard.emotion.valence,
          clip.heard.emotion.arousal - heard.emotion.arousal,
        );
  return clips.toSorted((a, b) => away(b) - away(a))[0];
}
