import { parseArgs } from 'node:util';
import { checkBestOf, MOST_BEST_OF, USUAL_BEST_OF } from '../../model/choosing/best-of.ts';
import type { Choice } from '../../model/choosing/candidates.ts';
import type { Reason } from '../../model/choosing/judgement.ts';
import { requireInput } from '../../model/error.ts';
import {
  type Conditions,
  checkConditions,
  ENDINGS,
  type Ending,
  emotionPath,
} from '../../model/muser/conditions.ts';
import type { Emotion } from '../../model/muser/emotion-embedding.ts';
import { checkTakes } from '../../model/muser/generate.ts';
import type { Piece } from '../../model/music/piece.ts';
import { performPiece } from '../../model/performing/perform-piece.ts';
import { emotionOfQuadrant, emotionsOfPath, joinNegatives, keyOf, numberOf, wholeOf } from '../arguments.ts';
import type { Command } from '../command.ts';
import { checkOutput, generateTimed, outputNames, saveTake, type TakeReport } from '../generation.ts';
import { loadRecogniser } from '../hearing.ts';
import { installedPerformer } from '../installed.ts';
import { loadComposer, MODEL_OPTIONS, MODEL_USAGE } from '../model.ts';
import { STEERING_OPTIONS, STEERING_USAGE, steeringOf } from '../steering-options.ts';
import { streamBars } from '../stream.ts';
import { TOUCH_OPTIONS, TOUCH_USAGE, touchOf } from '../touch-options.ts';
import { VOICES_OPTIONS, VOICES_USAGE, voicing } from '../voices-option.ts';

const DEFAULT_BARS = 8;

const USAGE = `affetto generate (--quadrant Q1..Q4 | --valence V --arousal A | --path "V,A V,A …") --out FILE_OR_DIR

New piano music that carries an emotion: valence (unpleasant to pleasant) and arousal (calm to excited), each -1 to 1.
  --quadrant Q      Q1 happy, Q2 tense, Q3 sad, Q4 calm
  --path "V,A …"    an emotion that moves, its points spread evenly over the bars
  --bars N          exactly so many bars of 4/4 (default: ${DEFAULT_BARS})
  --key "C minor"   default: the mode follows from the valence, the tonic from the seed
  --tempo BPM       40 to 216, kept throughout (default: free)
  --takes N         1 to 64; take i has seed N + i - 1
  --seed N          the same seed gives the same music (default: a new one)
  --best-of K       1 to ${MOST_BEST_OF}: each take is the best of so many candidates, by the emotion and mode heard in them, by their
                    likeness to real clips and by their fluency; copies are replaced (default: ${USUAL_BEST_OF}, with --stream 1)
  --ending E        ${ENDINGS.join(', ')}: how the end is approached (default: brief; full is as in whole songs)
  --out PATH        a .mid file (numbered where there are several takes), or a folder
  --temperature T   above 1 more adventurous, below 1 more cautious (default: 1)
  --guidance G      how insistently the emotion is followed, 1 = plain (default: the model's)
${STEERING_USAGE}
${TOUCH_USAGE}
${VOICES_USAGE}
  --stream          a line of JSON for each bar as soon as it is made, instead of files (--out); with --bars endless it
                    goes on until it is stopped
${MODEL_USAGE}
  --json            one line of JSON a take: file, seed, bars, notes, engine, wordsPerSecond, firstNoteMs, valence and
                    arousal as asked, asked, heard, choice (the candidates and why one of them won)`;

export const command: Command = {
  summary: 'new music for an emotion, as MIDI files',
  usage: USAGE,
  async run(args, io) {
    const { values } = parseArgs({
      args: joinNegatives(args),
      options: {
        quadrant: { type: 'string' },
        valence: { type: 'string' },
        arousal: { type: 'string' },
        path: { type: 'string' },
        bars: { type: 'string', default: String(DEFAULT_BARS) },
        key: { type: 'string' },
        tempo: { type: 'string' },
        takes: { type: 'string', default: '1' },
        seed: { type: 'string' },
        'best-of': { type: 'string' },
        ending: { type: 'string', default: 'brief' },
        out: { type: 'string' },
        temperature: { type: 'string', default: '1' },
        guidance: { type: 'string' },
        json: { type: 'boolean', default: false },
        stream: { type: 'boolean', default: false },
        ...STEERING_OPTIONS,
        ...TOUCH_OPTIONS,
        ...VOICES_OPTIONS,
        ...MODEL_OPTIONS,
      },
    });
    const endless = values.stream && values.bars === 'endless';
    const bars = endless ? null : wholeOf('--bars', values.bars);
    const conditions = {
      emotion: emotionOf(values, bars ?? 1),
      bars,
      key: values.key === undefined ? null : keyOf(values.key),
      bpm: values.tempo === undefined ? null : numberOf('--tempo', values.tempo),
      steering: steeringOf(values),
      ending: endingOf(values.ending),
    } satisfies Conditions;
    checkConditions(conditions);
    const { out } = values;
    requireInput(
      (out !== undefined) !== values.stream,
      'generate needs either --out FILE.mid (or --out FOLDER) or --stream',
    );
    const voicesOnChannels = values['voices-on-channels'];
    requireInput(
      !values.stream || !voicesOnChannels,
      '--voices-on-channels is for files; leave out --stream',
    );
    if (out !== undefined) checkOutput(out);
    const bestOf = values['best-of'] === undefined ? null : wholeOf('--best-of', values['best-of']);
    if (bestOf !== null) checkBestOf(bestOf);
    requireInput(
      !values.stream || bestOf === null || bestOf === 1,
      '--stream tells each bar as it is made, so there is nothing to choose from; leave out --best-of',
    );
    const options = {
      takes: wholeOf('--takes', values.takes),
      seed: values.seed === undefined ? Math.floor(Math.random() * 1e9) : wholeOf('--seed', values.seed),
      temperature: numberOf('--temperature', values.temperature),
      priorGuidance: values.guidance === undefined ? undefined : numberOf('--guidance', values.guidance),
    };
    checkTakes(options);
    touchOf(values);
    const composer = await loadComposer(values);
    const { isPlayed, engine } = composer.model;
    const touch = touchOf(values, isPlayed);
    const voiced = await voicing(voicesOnChannels && !isPlayed);
    const performer = await installedPerformer(io.err);
    if (bars === null || out === undefined)
      return streamBars(composer.model, conditions, { ...options, touch, performer }, io);
    const hearing = await loadRecogniser(io.err);
    const fixed = { ...conditions, bars };
    const asked = { ...options, bestOf: bestOf ?? USUAL_BEST_OF };
    const { takes, ...timed } = await generateTimed(composer, fixed, asked, hearing, io);
    const emotion = emotionPath(fixed.emotion);
    const play = ({ piece, seed }: { piece: Piece; seed: number }): Piece =>
      voiced(
        performer ? performPiece(performer, piece, { ...touch, seed, emotion, isTimed: isPlayed }) : piece,
      );
    const run = { conditions: fixed, timed, engine: engine.name, hearing, voicesOnChannels };
    const names = outputNames(out, takes, values.quadrant?.toLowerCase() ?? 'affetto');
    for (const [i, take] of takes.entries()) {
      const report = await saveTake(names[i], { ...take, piece: play(take) }, run);
      io.out(values.json ? JSON.stringify(report) : describe(report));
    }
  },
};

function emotionOf(
  values: { quadrant?: string; valence?: string; arousal?: string; path?: string },
  bars: number,
): Emotion | Emotion[] {
  const point = values.valence !== undefined || values.arousal !== undefined;
  const ways = Number(values.quadrant !== undefined) + Number(point) + Number(values.path !== undefined);
  requireInput(ways === 1, 'generate needs one of --quadrant, --valence with --arousal, and --path');
  if (values.quadrant !== undefined) return emotionOfQuadrant(values.quadrant);
  if (values.path !== undefined) return emotionsOfPath(values.path, Math.max(1, bars));
  requireInput(
    values.valence !== undefined && values.arousal !== undefined,
    '--valence and --arousal belong together; give both',
  );
  return { valence: numberOf('--valence', values.valence), arousal: numberOf('--arousal', values.arousal) };
}

function endingOf(text: string): Ending {
  requireInput(
    (ENDINGS as readonly string[]).includes(text),
    `--ending is ${ENDINGS.join(', ')}, not '${text}'`,
  );
  return text as Ending;
}

function describe({
  file,
  seed,
  bars,
  notes,
  engine,
  wordsPerSecond,
  firstNoteMs,
  asked,
  heard,
  choice,
}: TakeReport): string {
  const point = ({ valence, arousal }: Emotion): string => `${valence.toFixed(2)}, ${arousal.toFixed(2)}`;
  const ear = heard ? `; heard ${point(heard)}` : '';
  const best = choice ? `; ${describeChoice(choice)}` : '';
  return (
    `${file}  ${bars} bars, ${notes} notes, seed ${seed}; asked ${point(asked)}${ear}${best}` +
    `  (${engine}, ${wordsPerSecond} words a second, first note after ${firstNoteMs} ms)`
  );
}

const REASON_TEXTS: Readonly<Record<Reason, string>> = {
  emotion: 'nearest to the emotion',
  key: 'in the mode of the emotion',
  likeness: 'most like real clips',
  fluency: 'most fluent',
};

function describeChoice({ bestOf, candidates, winner, reason }: Choice): string {
  const copies = candidates.filter((candidate) => candidate.rejected).length;
  const rejected = copies > 0 ? `, ${copies} rejected as copies` : '';
  const why = reason ? `, ${REASON_TEXTS[reason]}` : '';
  // A model that chooses as it writes has one candidate, and others only in place of copies.
  const isChosenAsWritten = candidates.length - copies <= 1;
  const chosen = isChosenAsWritten
    ? `best of ${bestOf} every two bars`
    : `candidate ${winner + 1} of ${candidates.length}`;
  return `${chosen}${why}${rejected}`;
}
