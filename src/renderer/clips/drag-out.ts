import type { Clip } from '../../contract/document.ts';
import { startClipDrag, startFileDrag } from '../lanes/element-drag.ts';
import type { Session } from '../session/session.svelte.ts';

/** What a drag takes along: under Electron a ticket for a file that is written, in a browser the file itself as a link. */
interface Ready {
  clip: Clip;
  pedal: boolean;
  beats: 'file' | 'piece';
  fileName: string;
  ticket: string | null;
  link: string | null;
}

const beatsOf = (found: boolean): 'file' | 'piece' => (found ? 'piece' : 'file');

/** Drags a clip onto a lane of the window, or out of it as a MIDI file: into a DAW, or a folder. */
export class DragOut {
  readonly #session: Session;
  #ready: Ready | null = null;
  /** The clip whose file is on its way; a card's clip may change meanwhile. */
  #wanted: Clip | null = null;
  #preparing: Promise<void> | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /** In a browser a drag tells at its start what it carries: the file is at hand once the pointer is on the card. */
  near(clip: Clip): void {
    if (this.#session.shell !== 'electron') this.press(clip);
  }

  /** Under Electron the file is written when the card is pressed, and not for every card that the pointer crosses. */
  press(clip: Clip): void {
    if (this.#serves(clip)) return;
    if (this.#wanted !== clip) this.#preparing = this.#prepare(clip);
  }

  start(event: DragEvent, clip: Clip): void {
    if (this.#session.shell === 'electron') {
      event.preventDefault();
      void this.#hand(clip);
      return;
    }
    startClipDrag(event, clip.id);
    if (this.#serves(clip) && this.#ready?.link) event.dataTransfer?.setData('DownloadURL', this.#ready.link);
  }

  #serves(clip: Clip): boolean {
    const { pedalOnExport, foundBeatsOnExport } = this.#session.settings;
    const { clip: ready, pedal, beats } = this.#ready ?? {};
    return ready === clip && pedal === pedalOnExport && beats === beatsOf(foundBeatsOnExport);
  }

  async #prepare(clip: Clip): Promise<void> {
    this.#wanted = clip;
    const { api, settings, shell, notices } = this.#session;
    const { name, piece } = clip;
    const pedal = settings.pedalOnExport;
    const beats = beatsOf(settings.foundBeatsOnExport);
    const request = { name, piece, type: 1 as const, chords: true, pedal, beats };
    try {
      if (shell === 'electron') {
        const file = await api.call('clips.prepareDrag', request);
        this.#keep({ clip, pedal, beats, ...file, link: null });
      } else {
        const { fileName, base64 } = await api.call('clips.write', request);
        const link = `audio/midi:${fileName}:data:audio/midi;base64,${base64}`;
        this.#keep({ clip, pedal, beats, fileName, ticket: null, link });
      }
    } catch (error) {
      notices.fail(error);
    } finally {
      if (this.#wanted === clip) this.#wanted = null;
    }
  }

  #keep(ready: Ready): void {
    if (this.#wanted === ready.clip) this.#ready = ready;
  }

  /** The system takes over, with the file that has just been written. */
  async #hand(clip: Clip): Promise<void> {
    await this.#preparing;
    const ready = this.#ready;
    if (!ready?.ticket || ready.clip !== clip) return;
    startFileDrag(clip.id, ready.fileName);
    await this.#session.api
      .call('clips.drag', { ticket: ready.ticket })
      .catch((error) => this.#session.notices.fail(error));
  }
}
