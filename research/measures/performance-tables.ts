import { percent, replaceBlock, show, table } from '../evaluate/markdown.ts';
import type { PerformanceFigures, PlayingFigures } from './performance.ts';
import type { TrainedFigures } from './trained-figures.ts';

/** docs/model.md with the performer's tables replaced. */
export function fillPerformance(
  template: string,
  figures: PerformanceFigures,
  trained: TrainedFigures,
): string {
  return replaceBlock(
    replaceBlock(template, 'performance-told', toldTable(trained)),
    'performance',
    `${playedTable(figures)}\n\n${heardLine(figures)}`,
  );
}

function toldTable({ pedal, timing }: TrainedFigures): string {
  const nats = (name: string, { nats, baselineNats }: { nats: number; baselineNats: number }) => [
    name,
    show(nats, 3),
    show(baselineNats, 3),
  ];
  return table(
    ['held-out clips, told what was played so far', 'performer', 'place in the bar alone'],
    [
      nats('pedal, nats a step', pedal),
      ['changes of pedal, F1 by step', show(pedal.modelF1), show(pedal.baselineF1)],
      nats('onsets, nats each', timing.onset),
      nats('lean of a chord, nats each', timing.lean),
      nats('a note beside both, nats each', timing.note),
    ],
  );
}

function playedTable({ real, made, sameStep, nearStep }: PerformanceFigures): string {
  const row = (name: string, of: (figures: PlayingFigures) => string) => [name, of(made), of(real)];
  return table(
    ['held-out clips, played from their words', 'made', 'real'],
    [
      row('time with the pedal down', ({ down }) => percent(down)),
      row('changes of pedal a bar', ({ changesABar }) => show(changesABar)),
      row('longer lifts a bar', ({ liftsABar }) => show(liftsABar)),
      row('chord changes with a change or press within a step', ({ chordsPedalled }) =>
        percent(chordsPedalled),
      ),
      row('changes of pedal with a chord change within a step', ({ changesAtChords }) =>
        percent(changesAtChords),
      ),
      [
        'changes in the same step as the real ones, F1 (real: another clip’s)',
        show(sameStep.made),
        show(sameStep.otherClip),
      ],
      ['the same, a step either way', show(nearStep.made), show(nearStep.otherClip)],
      row('onsets beside the grid, deviation in steps', ({ onsetDeviation }) => show(onsetDeviation, 3)),
      row('correlation of an onset with the one before', ({ onsetCorrelation }) => show(onsetCorrelation)),
      row('spread of a chord in steps, median', ({ chordSpread }) => show(chordSpread, 3)),
      row('spread of a chord in steps, nine in ten below', ({ chordSpread90 }) => show(chordSpread90, 3)),
      row('chords whose top comes before their bass', ({ topFirst }) => percent(topFirst)),
    ],
  );
}

const heardLine = ({ clips, heard, moved }: PerformanceFigures): string =>
  `${clips} clips. The recogniser hears the labelled quadrant in ${percent(heard.grid)} of them as their words say them (on the grid, no ` +
  `pedal), in ${percent(heard.made)} with the pedal and timing made here, in ${percent(heard.real)} as they were played; playing moves what it hears by ` +
  `${show(moved.valence)} in valence and ${show(moved.arousal)} in arousal on average.`;
