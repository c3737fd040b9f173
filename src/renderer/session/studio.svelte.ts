import { createContext, tick } from 'svelte';
import type { Api, Hello, LatentMap } from '../../contract/contract.ts';
import { Comparison } from '../compare/comparison.svelte.ts';
import type { Theme } from '../emotion/colour.ts';
import { ImportDesk } from '../import/import-desk.svelte.ts';
import { Viewport } from '../lanes/viewport.svelte.ts';
import { Player } from '../listen/player.svelte.ts';
import { keepLast } from '../live/keep.ts';
import { Live } from '../live/live.svelte.ts';
import { MidiController } from '../midi/midi-controller.svelte.ts';
import { Arranger } from '../parts/arranger.svelte.ts';
import { SongDesk } from '../project/song-desk.svelte.ts';
import { Autosave } from './autosave.svelte.ts';
import { Generation } from './generation.svelte.ts';
import { Reader } from './reader.ts';
import { Remix } from './remix.svelte.ts';
import { Session } from './session.svelte.ts';

/** Everything a view can reach: one object in the context instead of ten. */
export class Studio {
  readonly session: Session;
  readonly autosave: Autosave;
  readonly songs: SongDesk;
  readonly generation: Generation;
  readonly imports: ImportDesk;
  readonly remix: Remix;
  readonly comparison: Comparison;
  readonly reader: Reader;
  readonly arranger: Arranger;
  readonly player: Player;
  readonly live: Live;
  readonly viewport: Viewport;
  readonly midi: MidiController;
  /** The theme in force, whether chosen or the system's. */
  theme = $state<Theme>('dark');
  /** Which sheet lies over the window. */
  sheet = $state<'keys' | 'settings' | 'midi' | 'map' | null>(null);

  /** A stroke on the pad draws a path, until this is left. */
  drawing = $state(false);

  /** The bar under the pointer in the ruler: its emotions are shown on the pad. */
  pointedBar = $state<number | null>(null);

  /** The training clips in two dimensions; null where the weights bring none. */
  map = $state.raw<LatentMap | null>(null);

  constructor(api: Api, hello: Hello) {
    this.session = new Session(api, hello);
    this.autosave = new Autosave(this.session);
    this.songs = new SongDesk(this.session, this.autosave);
    this.generation = new Generation(this.session, hello, () => this.midi.clockBpm);
    this.songs.onOpened = () => void this.generation.pickUp();
    this.imports = new ImportDesk(this.session);
    this.remix = new Remix(this.session);
    this.comparison = new Comparison(this.session, () => this.live.on);
    this.reader = new Reader(this.session);
    this.player = new Player(() => this.session.settings);
    this.viewport = new Viewport(this.session);
    this.arranger = new Arranger(this.session, this.player, this.generation);
    this.midi = new MidiController(this.session, hello.midi);
    this.midi.onPress = (target) => this.#pressed(target);
    this.live = new Live(this.session, this.player, hello, () => this.midi.clockBpm);
    api.on('engine.state', ({ state }) => state === 'ready' && void this.#loadMap());
    if (hello.engine.state === 'ready') void this.#loadMap();
  }

  /** True while the playhead moves. */
  get moving(): boolean {
    return this.live.on || this.player.playing;
  }

  /** Of the playhead in what the lanes show, steps. */
  position(): number {
    return this.live.on ? this.live.position() : this.player.position();
  }

  /** Number of the first bar that the lanes show, from 0. */
  get firstBar(): number {
    return this.live.on ? this.live.first : 0;
  }

  async toggleLive(): Promise<void> {
    this.comparison.close();
    await this.live.toggle();
  }

  /** Space, and the button: whatever sounds is stopped; else the clip plays. */
  async togglePlay(): Promise<void> {
    await (this.live.on ? this.live.stop() : this.player.toggle());
  }

  /** A clip from its start; the one that sounds is stopped. */
  async playClip(id: string): Promise<void> {
    const { session, player, comparison } = this;
    if (this.live.on) await this.live.stop();
    else if (player.playing && session.doc.currentId === id) {
      player.stop();
      return;
    }
    if (comparison.pair) comparison.pick(id);
    else session.select(id);
    await tick();
    player.seek(0);
    if (!player.playing) await player.play();
  }

  /** A pad or key of a controller. */
  #pressed(target: string): void {
    const { midi, live, session } = this;
    if (target === 'generate') void this.generation.generate();
    else if (target === 'next-take') void midi.nextTake();
    else if (target === 'keep' && live.on) keepLast(session, live, live.keeps);
    // What the MIDI process has to play it has started by itself.
    else if (target === 'play' && midi.state?.source === 'none') void midi.toggle();
  }

  async #loadMap(): Promise<void> {
    const map = await this.session.api.call('music.map', {}).catch(() => null);
    this.map = map && Object.keys(map.clouds).length > 0 ? map : null;
  }
}

export const [useStudio, provideStudio] = createContext<Studio>();
