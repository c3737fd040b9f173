import type { Engine } from '../engines/engine.ts';
import { MAX_RETURN } from '../tokens/form.ts';
import type { SamplingSpec } from '../weights/config.ts';
import type { WeightSet } from '../weights/weight-set.ts';
import { type BeatInput, BeatPrior, FORM } from './beat-prior.ts';
import type { CodeSource } from './code-source.ts';
import type { Emotion } from './emotion-embedding.ts';
import { holdAt, isHeld } from './holding.ts';
import type { Lane, WayBack } from './lane.ts';
import type { Leaning, Reach } from './leaning.ts';
import { logProbability } from './likelihood.ts';
import type { CodeView } from './memory.ts';
import { endingOf, modeAt, modeValue } from './plan.ts';
import type { Random } from './random.ts';
import { sample } from './sampling.ts';
import { cooled, type Sampling } from './settings.ts';
import { feltAfter, majorAfter, pushTo, pushToMode } from './turning.ts';

/** Codes of one lane: those of the last bars, and where the prior is. */
interface Track {
  /** Bar -> beat -> code a book; bars too old to return to are dropped. */
  readonly bars: Map<number, number[][]>;
  /** The beat that is made next. */
  bar: number;
  beat: number;
  last: number[] | null;
  /** The emotion of the beats made so far, the later ones more so. */
  felt: Emotion | null;
  /** How much of it was in major, likewise; null before the first beat and where the mode does not turn. */
  major: number | null;
  /** Beats without notes, up to here. */
  silent: number;
  /** How low and high the music has been. */
  reach: Reach | null;
  /** Where the prior was before the first beat of bar `opened`. */
  opening: Opening | null;
  opened: number;
}

/**
 * The beat at which a beat's codes hear the emotion: they are made a beat ahead, so a turn within the bar is heard a beat
 * later, and what is written before it stays true.
 */
const heardAt = (beat: number): number => Math.max(0, beat - 1);

const MAJOR = modeValue('major');
/** The other mode of each mode value. */
const OTHER = [0, modeValue('minor'), MAJOR];

/** Beats without notes after which one with notes has to come: models fall silent four times as often as players do. */
const LONGEST_REST_BEATS = 3;

interface Opening {
  readonly prior: WayBack;
  readonly felt: Emotion | null;
  readonly major: number | null;
  readonly silent: number;
  readonly reach: Reach | null;
  readonly last: number[] | null;
  readonly random: Random;
}

const copyOf = (track: Track): Track => ({
  ...track,
  bars: new Map([...track.bars].map(([bar, beats]) => [bar, beats.slice()])),
});

/** Codes a beat, made by the prior one beat ahead of the words, so that writing can go on for ever. */
export class BeatCodes implements CodeSource {
  private readonly weights: WeightSet;
  private readonly lanes: readonly Lane[];
  private readonly sampling: readonly SamplingSpec[];
  /** For bars that return. */
  private readonly returning: readonly SamplingSpec[];
  private readonly formSampling: SamplingSpec;
  private readonly prior: BeatPrior | null;
  private readonly usualGuidance: number;
  private readonly tracks: Track[];
  private readonly leaning: Leaning | null;
  private readonly emptiness: Leaning['emptiness'] | null;

  constructor(
    weights: WeightSet,
    engine: Engine,
    lanes: readonly Lane[],
    { books, returnTemperature, priorGuidance }: Sampling,
    leaning: Leaning | null = null,
  ) {
    this.weights = weights;
    this.leaning = leaning;
    this.emptiness = leaning?.emptiness ?? null;
    this.lanes = lanes;
    this.sampling = books;
    this.returning = books.map((spec) => cooled(spec, returnTemperature));
    this.formSampling = books[books.length - 1];
    this.usualGuidance = priorGuidance;
    const changes = lanes.some(({ plan }) => plan.guidanceOf || plan.moves || isHeld(plan));
    const given = lanes.every(({ plan }) => plan.codesGiven);
    this.prior = given ? null : new BeatPrior(weights, engine, lanes.length, priorGuidance, changes);
    this.tracks = lanes.map(() => ({
      bars: new Map(),
      bar: 0,
      beat: 0,
      last: null,
      felt: null,
      major: null,
      silent: 0,
      reach: null,
      opening: null,
      opened: -1,
    }));
  }

  async prepare(active: readonly number[]): Promise<void> {
    for (let behind = active.filter((lane) => this.needs(lane)); behind.length > 0; ) {
      await this.make(behind);
      behind = behind.filter((lane) => this.needs(lane));
    }
  }

  /** The beat after the one that a lane's last word lies in; past the end of the piece it has no codes. */
  private following(lane: number): { bar: number; beat: number } {
    const { bar, beat, plan } = this.lanes[lane];
    if (bar < 0) return { bar: 0, beat: 0 };
    return beat + 1 < plan.beatsOf(bar) ? { bar, beat: beat + 1 } : { bar: bar + 1, beat: 0 };
  }

  private needs(lane: number): boolean {
    const { plan } = this.lanes[lane];
    const { bar, beat } = this.following(lane);
    const track = this.tracks[lane];
    const made = bar < track.bar || (bar === track.bar && beat < track.beat);
    return !made && (plan.bars === null || bar < plan.bars);
  }

  /** Makes the next beat of some lanes. */
  private async make(lanes: readonly number[]): Promise<void> {
    for (const lane of lanes) if (this.tracks[lane].beat === 0) await this.openBar(lane);
    const codes = new Map<number, number[]>(lanes.map((lane) => [lane, []]));
    const given = (lane: number) => {
      const { bar, beat } = this.tracks[lane];
      return this.lanes[lane].plan.codesOf?.(bar, beat) ?? null;
    };
    const set = new Map(lanes.map((lane) => [lane, given(lane)]));
    if (!this.prior) for (const lane of lanes) codes.set(lane, [...set.get(lane)!]);
    else {
      const inputs = this.lanes.map((_, lane) => (codes.has(lane) ? this.input(lane) : null));
      await this.prior.step(inputs, (lane, book, logits) => {
        if (book === FORM) return this.pickForm(lane, logits);
        const fixed = set.get(lane)?.[book] ?? -1;
        const code = fixed >= 0 ? this.keepCode(lane, logits, fixed) : this.pickCode(lane, book, logits);
        codes.get(lane)!.push(code);
        return code;
      });
    }
    for (const lane of lanes) this.store(lane, codes.get(lane)!);
  }

  private async openBar(lane: number): Promise<void> {
    const track = this.tracks[lane];
    track.bars.set(track.bar, []);
    track.bars.delete(track.bar - MAX_RETURN - 1);
    this.lanes[lane].forms.delete(track.bar - 2);
    if (!this.prior || track.opened === track.bar) return;
    const random = this.lanes[lane].codeRandom.clone();
    const { last, felt, major, silent, reach } = track;
    track.opening = { prior: await this.prior.mark(lane), last, felt, major, silent, reach, random };
    track.opened = track.bar;
  }

  private input(lane: number): BeatInput {
    const { plan } = this.lanes[lane];
    const { bar, beat, bars, last } = this.tracks[lane];
    const form = this.lanes[lane].formOf(bar);
    const heard = heardAt(beat);
    const mode = modeAt(plan, bar);
    const ending = endingOf(plan, bar);
    const features = (known: Readonly<Record<string, number>>) =>
      this.weights.config.prior.features.map(([name]) => known[name] ?? 0);
    const turned = pushToMode(this.tracks[lane].major, mode === MAJOR) > 0;
    return {
      last,
      ref: form > 0 ? (bars.get(bar - form)?.[beat] ?? null) : null,
      features: features({ beat, ending, mode, form }),
      against: turned ? features({ beat, ending, mode: OTHER[mode], form }) : undefined,
      emotion: plan.emotionOf(bar, heard),
      strength: this.strength(lane),
      endsBar: beat === plan.beatsOf(bar) - 1,
    };
  }

  private strength(lane: number): number {
    const { plan } = this.lanes[lane];
    const { bar, beat, felt, major } = this.tracks[lane];
    const emotion = plan.emotionOf(bar, heardAt(beat));
    const asked = plan.guidanceOf?.(bar, heardAt(beat)).prior ?? this.usualGuidance;
    if (!emotion) return asked;
    const held = asked * holdAt(plan, bar);
    if (!plan.moves) return held;
    return held + Math.max(pushTo(felt, emotion), pushToMode(major, modeAt(plan, bar) === MAJOR));
  }

  private pickCode(lane: number, book: number, logits: Float32Array): number {
    const { codeRandom, character, plan, likelihood } = this.lanes[lane];
    const { bar, beat, reach } = this.tracks[lane];
    const mask = this.allowed(lane, book, logits.length);
    const returns = this.lanes[lane].returns(bar);
    const emotion = plan.emotionOf(bar, heardAt(beat));
    const kept = bar === 0 ? null : reach;
    // A bar that returns keeps to what it returns to.
    const lean =
      returns || !emotion ? null : this.leaning?.of(book, emotion, modeAt(plan, bar), character, kept);
    const leant = lean ? logits.map((logit, code) => logit + lean[code]) : logits;
    const code = sample(leant, 0, mask, (returns ? this.returning : this.sampling)[book], codeRandom);
    likelihood.ofCodes += logProbability(logits, mask, code);
    return code;
  }

  /** Codes that may be chosen, 1 each. A rest of a bar is long; only the end may be longer. */
  private allowed(lane: number, book: number, size: number): Uint8Array {
    const { bar, beat, silent } = this.tracks[lane];
    const { plan } = this.lanes[lane];
    const mask = plan.codeMaskOf?.(bar, beat, book) ?? new Uint8Array(size).fill(1);
    const { emptiness } = this;
    if (!emptiness || book !== emptiness.book || silent < LONGEST_REST_BEATS) return mask;
    if (plan.ends && plan.bars !== null && bar === plan.bars - 1) return mask;
    const filled = mask.map((fits, code) => (emptiness.isEmpty(code) ? 0 : fits));
    return filled.includes(1) ? filled : mask;
  }

  private keepCode(lane: number, logits: Float32Array, code: number): number {
    const { likelihood } = this.lanes[lane];
    if (likelihood.ofCodes !== 0)
      likelihood.ofKept += logProbability(logits, new Uint8Array(logits.length).fill(1), code);
    return code;
  }

  /** The next bar can only return to one that there is, and in its own mode. */
  private pickForm(lane: number, logits: Float32Array): number {
    const { codeRandom, forms, plan, character } = this.lanes[lane];
    const { bar, beat } = this.tracks[lane];
    const next = bar + 1;
    const emotion = plan.emotionOf(bar, heardAt(beat));
    const lean = emotion && this.leaning ? this.leaning.ofHabit('returns', emotion, character) : 0;
    const leant = lean === 0 ? logits : logits.map((logit, back) => (back > 0 ? logit + lean : logit));
    const mask = new Uint8Array(logits.length).fill(1, 0, Math.min(MAX_RETURN, next) + 1);
    for (let back = 1; back <= Math.min(MAX_RETURN, next); back++)
      if (!this.lanes[lane].mayReturn(next, back)) mask[back] = 0;
    const form = sample(leant, 0, mask, this.formSampling, codeRandom);
    if (!forms.has(next)) forms.set(next, form);
    return form;
  }

  private store(lane: number, codes: number[]): void {
    const track = this.tracks[lane];
    track.bars.get(track.bar)!.push(codes);
    const { plan } = this.lanes[lane];
    const emotion = plan.emotionOf(track.bar, heardAt(track.beat));
    if (emotion) track.felt = feltAfter(track.felt, emotion);
    if (plan.modeOf) track.major = majorAfter(track.major, modeAt(plan, track.bar) === MAJOR);
    if (this.emptiness)
      track.silent = this.emptiness.isEmpty(codes[this.emptiness.book]) ? track.silent + 1 : 0;
    if (this.leaning) track.reach = this.leaning.reachWith(codes, track.reach);
    track.last = codes;
    track.beat++;
    if (track.beat < plan.beatsOf(track.bar)) return;
    track.bar++;
    track.beat = 0;
  }

  view(lane: number): CodeView {
    const { bar, beat } = this.lanes[lane];
    const { bars } = this.tracks[lane];
    const next = this.following(lane);
    return { cur: bars.get(bar)?.[beat] ?? null, next: bars.get(next.bar)?.[next.beat] ?? null };
  }

  changed(lane: number): void {
    const track = this.tracks[lane];
    const { bar } = this.lanes[lane];
    if (!track.opening || track.opened !== bar) return;
    const { prior, last, felt, major, silent, reach, random } = track.opening;
    prior();
    track.bars.set(bar, []);
    track.bar = bar;
    track.beat = 0;
    track.last = last;
    track.felt = felt;
    track.major = major;
    track.silent = silent;
    track.reach = reach;
    this.lanes[lane].codeRandom.goOnFrom(random);
    this.lanes[lane].forms.delete(bar + 1);
  }

  async mark(lane: number): Promise<WayBack> {
    const here = copyOf(this.tracks[lane]);
    const prior = await this.prior?.mark(lane);
    return () => {
      this.tracks[lane] = copyOf(here);
      prior?.();
    };
  }

  dispose(): void {
    this.prior?.dispose();
  }
}
