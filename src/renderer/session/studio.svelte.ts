import { createContext } from 'svelte';
import type { Api, Hello, LatentMap } from '../../contract.ts';
import { Comparison } from '../compare/comparison.svelte.ts';
import type { Theme } from '../emotion/colour.ts';
import { ImportDesk } from '../import/import-desk.svelte.ts';
import { Viewport } from '../lanes/viewport.svelte.ts';
import { Player } from '../listen/player.svelte.ts';
import { MidiDesk } from '../midi/midi-desk.svelte.ts';
import { Autosave } from './autosave.svelte.ts';
import { Generation } from './generation.svelte.ts';
import { Reader } from './reader.ts';
import { Remix } from './remix.svelte.ts';
import { Session } from './session.svelte.ts';

/** Everything a view can reach: one object in the context instead of ten. */
export class Studio {
  readonly session: Session;
  readonly autosave: Autosave;
  readonly generation: Generation;
  readonly imports: ImportDesk;
  readonly remix: Remix;
  readonly comparison: Comparison;
  readonly reader: Reader;
  readonly player: Player;
  readonly viewport: Viewport;
  readonly midi: MidiDesk;
  /** The theme in force, whether chosen or the system's. */
  theme = $state<Theme>('dark');
  /** Which sheet lies over the window. */
  sheet = $state<'keys' | 'settings' | 'midi' | 'map' | null>(null);

  /** The training clips in two dimensions; null where the weights bring none. */
  map = $state.raw<LatentMap | null>(null);

  constructor(api: Api, hello: Hello) {
    this.session = new Session(api, hello);
    this.autosave = new Autosave(this.session);
    this.generation = new Generation(this.session, hello, () => this.midi.clockBpm);
    this.imports = new ImportDesk(this.session);
    this.remix = new Remix(this.session);
    this.comparison = new Comparison(this.session);
    this.reader = new Reader(this.session);
    this.player = new Player(() => this.session.settings);
    this.viewport = new Viewport(this.session);
    this.midi = new MidiDesk(this.session, hello.midi);
    api.on('engine.state', ({ state }) => state === 'ready' && void this.#loadMap());
    if (hello.engine.state === 'ready') void this.#loadMap();
  }

  async #loadMap(): Promise<void> {
    const map = await this.session.api.call('music.map', {}).catch(() => null);
    this.map = map && Object.keys(map.clouds).length > 0 ? map : null;
  }
}

export const [useStudio, provideStudio] = createContext<Studio>();
