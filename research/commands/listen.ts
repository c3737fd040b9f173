import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { emotionsOfPath, wholeOf } from '../../src/cli/arguments.ts';
import type { Command } from '../../src/cli/command.ts';
import { writeOutput } from '../../src/cli/files.ts';
import { listenWith } from '../../src/cli/generation.ts';
import { loadRecogniser } from '../../src/cli/hearing.ts';
import { loadComposer, MODEL_OPTIONS, MODEL_USAGE } from '../../src/cli/model.ts';
import { checkBestOf, USUAL_BEST_OF } from '../../src/model/choosing/best-of.ts';
import { checkTakes } from '../../src/model/muser/generate.ts';
import { readSource } from '../evaluate/data.ts';
import { emotionOfQuadrant, QUADRANTS } from '../evaluate/quadrants.ts';
import { blindClips } from '../listen/blind-clips.ts';
import { PageWriter, pageClip, titleOf } from '../listen/clips.ts';
import { pageTransfers } from '../listen/transfers.ts';
import type { ListenData } from '../page/data.ts';

const CLIPS_A_QUADRANT = 4;
const PATH_BARS = 16;
const PATH = '-0.7,-0.4 0.7,0.7';
/** Seeds of the parts of the page stay clear of one another. */
const PARTS_APART = 100;

const USAGE = `npm run research -- listen [--out DIR] [--data DIR] [--baseline DIR]

The clips of the listening page, as DIR/clips.js: four of each quadrant, an emotion that moves, six transfers before and
after, and a blind test. The page itself is docs/listen/index.html; \`npm run listen\` bundles its script too.
  --out DIR         (docs/listen)
  --data DIR        word arrays made by npm run research -- dataset: held-out EMOPIA clips for the blind test (default: none)
  --baseline DIR    weights of muser-paper for the blind test (default: none)
  --seed N          (12000)
  --best-of K       (${USUAL_BEST_OF})
${MODEL_USAGE}`;

export const command: Command = {
  summary: 'clips for the listening page',
  usage: USAGE,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        out: { type: 'string', default: 'docs/listen' },
        data: { type: 'string' },
        baseline: { type: 'string' },
        seed: { type: 'string', default: '12000' },
        'best-of': { type: 'string', default: String(USUAL_BEST_OF) },
        ...MODEL_OPTIONS,
      },
    });
    const seed = wholeOf('--seed', values.seed);
    checkTakes({ takes: 1, seed });
    const bestOf = wholeOf('--best-of', values['best-of']);
    checkBestOf(bestOf);
    const real = values.data === undefined ? [] : readSource(values.data, 'emopia');
    const composer = await loadComposer(values);
    const listen = listenWith(await loadRecogniser(io.err));
    const writer = new PageWriter(composer, listen, bestOf);
    const baseline = values.baseline && (await loadComposer({ ...values, model: values.baseline }));
    const quadrants = [];
    for (const quadrant of QUADRANTS) {
      const clips = [];
      for (let i = 0; i < CLIPS_A_QUADRANT; i++) {
        const { piece } = await writer.write(
          emotionOfQuadrant(quadrant),
          seed + CLIPS_A_QUADRANT * quadrant + i,
        );
        clips.push(pageClip(`q${quadrant}-${i + 1}`, titleOf(piece), piece));
      }
      quadrants.push(clips);
      io.err(`quadrant ${quadrant} of 4`);
    }
    const path = await writer.write(emotionsOfPath(PATH, PATH_BARS), seed + PARTS_APART, PATH_BARS);
    const data: ListenData = {
      model: composer.model.config.name,
      quadrants,
      path: {
        words: `From sad to happy over ${PATH_BARS} bars.`,
        clip: pageClip('path', titleOf(path.piece), path.piece),
      },
      transfers: await pageTransfers(composer.model, writer, seed + 2 * PARTS_APART),
      test: await blindClips(
        real.filter((clip) => clip.split === 'val'),
        // The baseline has no figures to choose by, and its paper does not choose.
        { affetto: writer, ...(baseline && { 'muser-paper': new PageWriter(baseline, listen, 1) }) },
        seed + 3 * PARTS_APART,
      ),
    };
    const text = `// Written by npm run research -- listen.\nvar AFFETTO_LISTEN = ${JSON.stringify(data)};\n`;
    const file = join(values.out, 'clips.js');
    await writeOutput(file, new TextEncoder().encode(text));
    io.out(`${file}  ${Math.round(text.length / 1000)} kB, ${data.test.length} clips in the blind test`);
  },
};
