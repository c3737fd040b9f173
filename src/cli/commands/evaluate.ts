import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { USUAL_BEST_OF } from '../../model/choosing/best-of.ts';
import { requireInput } from '../../model/error.ts';
import type { Command, Io } from '../command.ts';
import type { Run } from '../evaluate/command-line.ts';
import { readSource } from '../evaluate/data.ts';
import { fillDocument } from '../evaluate/document.ts';
import { keepEarlier } from '../evaluate/earlier.ts';
import { readGates } from '../evaluate/gates.ts';
import { loadJudges } from '../evaluate/judges.ts';
import { measure } from '../evaluate/measure.ts';
import { loadSubject, type Subject } from '../evaluate/models.ts';
import { drawPictures } from '../evaluate/pictures.ts';
import { type Summary, summarize } from '../evaluate/report.ts';
import { SecondJudge } from '../evaluate/second-judge.ts';
import { type Context, FULL, QUICK, SECTIONS, type SectionName, type Settings } from '../evaluate/section.ts';
import { Store } from '../evaluate/store.ts';
import { met, targetsOf } from '../evaluate/targets.ts';

const USAGE = `affetto evaluate --data DIR [--models DIR[,DIR...]] [options]

Measures models through the code that ships: reconstruction, transfer, generated clips beside real ones, sliders,
copying, speed. Writes OUT/evaluation.json, OUT/images/*.svg and the tables of OUT/model.md.
What has been measured is kept in WORK, so an interrupted run goes on where it stopped; a run of some models or sections
leaves the figures of the others in OUT as they were.
  --data DIR         word arrays made by affetto dataset (DIR or DIR/emopia, DIR/pop1k7)
  --models DIRS      weights folders, separated by commas (resources/models/affetto); NAME=DIR names one, DIR@K
                     has each take be the best of K candidates (${USUAL_BEST_OF}), DIR~gG guides by G, DIR~plain leans to nothing
  --judges DIRS      recognisers that judge (resources/models/recogniser, and resources/models/judge if there)
  --python PROGRAM   asks the second judge (training/judge.py) too; default: AFFETTO_PYTHON, if set
  --gates FILES      metrics of training (codec.jsonl) or of training/evaluate.py, separated by commas
  --sections NAMES   only these: ${SECTIONS.join(', ')}
  --settings FILE    sampling other than the models' own: {"generate": {...}, "transfer": {...}}
  --clips N          generated clips a quadrant (100)
  --seed N           (1)
  --fresh            measures again what WORK holds
  --forget NAMES     drops models from the figures in OUT
  --work DIR         where partial results are kept (evaluation)
  --out DIR          (docs)
  --quick            a few short clips only`;

/** The second judge. */
const JUDGE = join('training', 'judge.py');

const list = (text: string | undefined): string[] => text?.split(',').filter(Boolean) ?? [];

export const command: Command = {
  summary: 'measure models: reconstruction, transfer, emotion, likeness, speed',
  usage: USAGE,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        models: { type: 'string', default: 'resources/models/affetto' },
        judges: { type: 'string' },
        python: { type: 'string' },
        gates: { type: 'string' },
        sections: { type: 'string', default: SECTIONS.join(',') },
        settings: { type: 'string' },
        clips: { type: 'string' },
        seed: { type: 'string', default: '1' },
        fresh: { type: 'boolean', default: false },
        forget: { type: 'string' },
        work: { type: 'string', default: 'evaluation' },
        out: { type: 'string', default: 'docs' },
        quick: { type: 'boolean', default: false },
      },
    });
    requireInput(values.data, 'evaluate needs --data DIR; affetto evaluate --help tells more');
    // A shell that expands runs/*.jsonl leaves all but the first file as further words.
    requireInput(positionals.length === 0 || values.gates, `evaluate does not know '${positionals[0]}'`);
    const gates = readGates([...list(values.gates), ...positionals]);
    const [emopia, pop1k7] = ['emopia', 'pop1k7'].map((source) => readSource(values.data!, source));
    requireInput(
      emopia.length + pop1k7.length > 0,
      `${values.data} holds neither emopia.json nor pop1k7.json; make them with affetto dataset`,
    );
    const context: Context = {
      emopia,
      pop1k7,
      judges: loadJudges(values.judges === undefined ? null : list(values.judges)),
      sizes: sizesOf(values.quick, values.clips),
      settings: readSettings(values.settings),
      seed: wholeNumber(values.seed, 'seed'),
      signal: io.signal,
      show: progress(io),
    };
    const sections = sectionsOf(values.sections);
    const store = new Store(values.work, values.fresh);
    const python = values.python ?? (process.env.AFFETTO_PYTHON || null);
    const second = new SecondJudge({ python, script: JUDGE, store, signal: io.signal });
    const subjects: Subject[] = [];
    for (const entry of list(values.models)) subjects.push(await loadSubject(entry));
    if (python === null && (sections.has('generation') || sections.has('sliders')))
      io.err(
        'the second judge was not asked (--python PROGRAM does); what it said of the same takes before stands',
      );
    const measured = await measure(subjects, context, store, sections, gates, second);
    const figures = join(values.out, 'evaluation.json');
    const run: Run = {
      seed: context.seed,
      ...(values.clips && { clips: context.sizes.clips }),
      ...(values.quick && { quick: true }),
    };
    const summary = keepEarlier(summarize(measured, run), readEarlier(figures), list(values.forget));
    const images = join(values.out, 'images');
    mkdirSync(images, { recursive: true });
    for (const [file, svg] of Object.entries(drawPictures(measured, summary)))
      writeFileSync(join(images, file), svg);
    writeFileSync(figures, `${JSON.stringify(summary, rounded, 1)}\n`);
    const document = join(values.out, 'model.md');
    if (existsSync(document)) {
      const text = fillDocument(readFileSync(document, 'utf8'), summary, readdirSync(images).sort());
      writeFileSync(document, text);
    }
    for (const model of summary.models.filter(({ name }) => subjects.some((s) => s.name === name))) {
      const targets = targetsOf(model);
      io.out(`${model.name}: ${targets.filter(met).length} of ${targets.length} targets met`);
      for (const { what, value, least, most } of targets.filter((target) => !met(target)))
        io.out(
          `  ${what}: ${value.toFixed(2)}, ${least === undefined ? `at most ${most}` : `at least ${least}`}`,
        );
    }
  },
};

/** What the last run wrote; null where there is none that can be read. */
function readEarlier(path: string): Summary | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Summary;
  } catch {
    return null;
  }
}

/** Four digits are enough for any figure. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

function wholeNumber(text: string, name: string): number {
  requireInput(/^\d+$/.test(text), `--${name}: '${text}' is not a whole number`);
  return Number(text);
}

function sizesOf(quick: boolean, clips: string | undefined): Context['sizes'] {
  const sizes = quick ? QUICK : FULL;
  return clips === undefined ? sizes : { ...sizes, clips: wholeNumber(clips, 'clips') };
}

function sectionsOf(text: string): ReadonlySet<SectionName> {
  const names = list(text);
  for (const name of names)
    requireInput(
      (SECTIONS as readonly string[]).includes(name),
      `--sections: there is no '${name}'; choose from ${SECTIONS.join(', ')}`,
    );
  return new Set(names as SectionName[]);
}

function readSettings(path: string | undefined): Settings {
  const empty: Settings = { generate: {}, transfer: {} };
  if (path === undefined) return empty;
  requireInput(existsSync(path), `--settings: there is no file ${path}`);
  return { ...empty, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<Settings>) };
}

/** A line that is redrawn on a terminal; elsewhere a line every tenth of the way. */
function progress(io: Io): Context['show'] {
  let last = '';
  return (section, done, total) => {
    const tenth = `${section} ${Math.floor((10 * done) / total)}`;
    if (io.interactive)
      process.stderr.write(`\r\x1b[K${section}: ${done} of ${total}${done === total ? '\n' : ''}`);
    else if (tenth !== last) io.err(`${section}: ${done} of ${total}`);
    last = tenth;
  };
}
