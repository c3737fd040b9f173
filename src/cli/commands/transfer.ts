import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { AffettoError, requireInput } from '../../model/error.ts';
import type { Emotion } from '../../model/muser/emotion-embedding.ts';
import { type ImportedPiece, importPiece } from '../../model/music/import.ts';
import { writeMidi } from '../../model/music/midi-out.ts';
import type { Piece } from '../../model/music/piece.ts';
import type { MidiSong } from '../../model/music/song.ts';
import { ELEMENTS, type Element } from '../../model/tokens/vocabulary.ts';
import { keepOriginal } from '../../services/inference/keep-original.ts';
import { emotionOfQuadrant, joinNegatives, numberOf, wholeOf } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readSong, tellPassedOver, writeOutput } from '../files.ts';
import { checkOutput, hear } from '../generation.ts';
import { type Hearing, loadHearing } from '../hearing.ts';
import { loadComposer, MODEL_OPTIONS, MODEL_USAGE } from '../model.ts';
import { VOICES_OPTIONS, VOICES_USAGE, voicing } from '../voices-option.ts';

/** Below 1, so that what the codes say outweighs chance. */
const TEMPERATURE = 0.7;

const USAGE = `affetto transfer A.mid B.mid --take ELEMENTS --out C.mid

A with some elements of B: bar with bar, beat with beat; a shorter B is repeated by whole bars.
  --take LIST       of ${ELEMENTS.join(', ')}; rhythm means type and barBeat;
                    chord re-harmonises the notes to the chords of B, and the mode follows them
  --amount PERCENT  how far to go from A to B (default: 100); of chords, how many are B's
  --free            let everything be written anew from the codes; without it what is not taken stays as it is in A
                    (where the rhythm is taken, chords and tempo stay; notes cannot)
  --quadrant Q      emotion of the result (default: what the recogniser hears in A)
  --seed N          the same seed gives the same music (default: 1)
${VOICES_USAGE}
${MODEL_USAGE}
  --json            one line of JSON`;

export const command: Command = {
  summary: 'one piece with musical elements of another',
  usage: USAGE,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: joinNegatives(args),
      allowPositionals: true,
      options: {
        take: { type: 'string' },
        amount: { type: 'string', default: '100' },
        free: { type: 'boolean', default: false },
        quadrant: { type: 'string' },
        seed: { type: 'string', default: '1' },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
        ...VOICES_OPTIONS,
        ...MODEL_OPTIONS,
      },
    });
    requireInput(
      positionals.length === 2,
      'transfer needs two MIDI files; affetto transfer --help tells more',
    );
    requireInput(values.take !== undefined, `transfer needs --take and some of ${ELEMENTS.join(', ')}`);
    requireInput(values.out !== undefined && /\.midi?$/i.test(values.out), 'transfer needs --out FILE.mid');
    checkOutput(values.out);
    const take = elementsOf(values.take);
    const amount = numberOf('--amount', values.amount) / 100;
    requireInput(amount >= 0 && amount <= 1, `--amount is 0 to 100, not '${values.amount}'`);
    const seed = wholeOf('--seed', values.seed);
    requireInput(seed >= 0 && seed < 2 ** 32, `--seed is 0 to ${2 ** 32 - 1}, not '${values.seed}'`);
    const asked = values.quadrant === undefined ? null : emotionOfQuadrant(values.quadrant);
    const voicesOnChannels = values['voices-on-channels'];
    const voiced = await voicing(voicesOnChannels);
    const songs = [await readSong(positionals[0]), await readSong(positionals[1])];
    for (const song of songs) tellPassedOver(song, io);
    const { model } = await loadComposer(values);
    const hearing = await loadHearing(io.err);
    const [a, b] = songs.map((song) => open(song, hearing));
    const emotion = asked ?? a.emotion;
    const source = { piece: b.imported.piece, amount };
    const job = {
      piece: a.imported.piece,
      sources: Object.fromEntries(take.map((e) => [e, source])),
      emotion,
      seed,
      keep: !values.free,
    };
    // Nothing taken leaves A as it is.
    const isUntouched = amount === 0 && !values.free;
    const mixed = async (): Promise<Piece> => {
      const written = await model.transfer(job, { temperature: TEMPERATURE, signal: io.signal });
      return values.free ? written : kept(a.imported.piece, written, take);
    };
    const piece = voiced(isUntouched ? a.imported.piece : await mixed());
    const name = basename(values.out).replace(/\.midi?$/i, '');
    const bytes = writeMidi(piece, { name, chords: !isUntouched, voices: voicesOnChannels });
    await writeOutput(values.out, bytes);
    const report = {
      file: values.out,
      seed,
      bars: piece.barBeats.length,
      notes: piece.notes.length,
      engine: model.engine.name,
      take,
      asked: emotion,
      heard: hear(writeMidi(piece, { beats: 'piece' }), piece, hearing),
    };
    io.out(
      values.json
        ? JSON.stringify(report)
        : `${report.file}  ${report.bars} bars, ${report.notes} notes: ${take.join(', ')} of ${positionals[1]} in ${positionals[0]}`,
    );
  },
};

/** What was not taken stays exactly as it was, to the tick and the velocity; notes follow chords. */
function kept(original: Piece, written: Piece, take: readonly Element[]): Piece {
  const renew = new Set(take);
  if (renew.has('chord')) renew.add('pitch');
  const mixed = keepOriginal(original, written, { renew, fromBar: 0, toBar: original.barBeats.length });
  return { ...mixed, key: written.key };
}

function elementsOf(text: string): Element[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .flatMap((name) => (name === 'rhythm' ? ['type', 'barBeat'] : [name]));
  for (const name of names)
    if (!(ELEMENTS as readonly string[]).includes(name))
      throw new AffettoError(
        `--take: there is no element '${name}'; elements: ${ELEMENTS.join(', ')} (rhythm: type, barBeat)`,
      );
  return [...new Set(names)] as Element[];
}

function open(song: MidiSong, hearing: Hearing): { imported: ImportedPiece; emotion: Emotion | null } {
  const imported = importPiece(song, hearing.beatTracker ? { beatTracker: hearing.beatTracker } : {});
  const heard = hearing.recognise?.(song.notes, [...imported.downbeatTimes, imported.endSeconds]);
  return { imported, emotion: heard ? { valence: heard.valence, arousal: heard.arousal } : null };
}
