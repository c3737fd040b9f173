import { parseArgs } from 'node:util';
import type { Command } from '../../src/cli/command.ts';
import { USUAL_BEST_OF } from '../../src/model/choosing/best-of.ts';
import { requireInput } from '../../src/model/error.ts';
import { ApartJudge } from '../evaluate/apart-judge.ts';
import type { Run } from '../evaluate/command-line.ts';
import { readSource } from '../evaluate/data.ts';
import { readGates } from '../evaluate/gates.ts';
import { loadJudges } from '../evaluate/judges.ts';
import { measure } from '../evaluate/measure.ts';
import { loadSubject, type Subject } from '../evaluate/models.ts';
import { list, progress, readSettings, sectionsOf, sizesOf, wholeNumber } from '../evaluate/options.ts';
import { JUDGE, SecondJudge } from '../evaluate/second-judge.ts';
import { type Context, SECTIONS } from '../evaluate/section.ts';
import { Store } from '../evaluate/store.ts';
import { met, targetsOf } from '../evaluate/targets.ts';
import { writeFigures } from '../evaluate/write.ts';

const USAGE = `npm run research -- evaluate --data DIR [--models DIR[,DIR...]] [options]

Measures models through the code that ships: reconstruction, transfer, generated clips beside real ones, sliders,
copying, speed. Writes OUT/evaluation.json, OUT/images/*.svg and the tables of OUT/model.md.
What has been measured is kept in WORK, so an interrupted run goes on where it stopped; a run of some models or sections
leaves the figures of the others in OUT as they were.
  --data DIR         word arrays made by npm run research -- dataset (DIR or DIR/emopia, DIR/pop1k7)
  --models DIRS      weights folders, separated by commas (resources/models/affetto); NAME=DIR names one, DIR@K
                     has each take be the best of K candidates (${USUAL_BEST_OF}), DIR~gG guides by G, DIR~plain leans to nothing
  --judges DIRS      recognisers that judge (resources/models/recogniser, and resources/models/judge if there)
  --python PROGRAM   asks the second judge (training/judge) too; default: AFFETTO_PYTHON, if set
  --real DIR         EMOPIA's clips (clips.csv, midi/): with --python, tells what is made from what is played
  --gates FILES      metrics of training (codec.jsonl) or of training/muser/evaluate.py, separated by commas
  --sections NAMES   only these: ${SECTIONS.join(', ')}
  --settings FILE    sampling other than the models' own: {"generate": {...}, "transfer": {...}}
  --clips N          generated clips a quadrant (100)
  --seed N           (1)
  --fresh            measures again what WORK holds
  --forget NAMES     drops models from the figures in OUT
  --work DIR         where partial results are kept (evaluation)
  --out DIR          (docs)
  --quick            a few short clips only`;

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
        real: { type: 'string' },
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
    requireInput(values.data, 'evaluate needs --data DIR; npm run research -- evaluate --help tells more');
    // A shell that expands runs/*.jsonl leaves all but the first file as further words.
    requireInput(positionals.length === 0 || values.gates, `evaluate does not know '${positionals[0]}'`);
    const gates = readGates([...list(values.gates), ...positionals]);
    const [emopia, pop1k7] = ['emopia', 'pop1k7'].map((source) => readSource(values.data!, source));
    requireInput(
      emopia.length + pop1k7.length > 0,
      `${values.data} holds neither emopia.json nor pop1k7.json; make them with npm run research -- dataset`,
    );
    const python = values.python ?? (process.env.AFFETTO_PYTHON || null);
    const context: Context = {
      emopia,
      pop1k7,
      judges: await loadJudges(values.judges === undefined ? null : list(values.judges)),
      sizes: sizesOf(values.quick, values.clips),
      settings: readSettings(values.settings),
      seed: wholeNumber(values.seed, 'seed'),
      apart:
        python !== null && values.real !== undefined
          ? { judge: new ApartJudge(python, values.real), folder: values.work }
          : null,
      signal: io.signal,
      show: progress(io),
    };
    const sections = sectionsOf(values.sections);
    const store = new Store(values.work, values.fresh);
    const second = new SecondJudge({ python, judge: JUDGE, store, signal: io.signal });
    const subjects: Subject[] = [];
    for (const entry of list(values.models)) subjects.push(await loadSubject(entry));
    if (python === null && (sections.has('generation') || sections.has('sliders')))
      io.err(
        'the second judge was not asked (--python PROGRAM does); what it said of the same takes before stands',
      );
    if (context.apart === null && sections.has('told-apart'))
      io.err(
        'nothing was told from real clips (--python PROGRAM with --real DIR does); what was found before stands',
      );
    const measured = await measure(subjects, context, store, sections, gates, second);
    const run: Run = {
      seed: context.seed,
      ...(values.clips && { clips: context.sizes.clips }),
      ...(values.quick && { quick: true }),
    };
    const summary = writeFigures(values.out, measured, run, list(values.forget));
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
