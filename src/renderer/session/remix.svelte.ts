import type { TransferRequest } from '../../contract/contract.ts';
import type { Clip, Ingredient } from '../../contract/document.ts';
import { ALL_ELEMENTS, type AnyElement } from '../../contract/elements.ts';
import { withClip } from './clips.ts';
import type { Session } from './session.svelte.ts';

/**
 * Elements of other clips put onto a clip. The clip keeps the music from before the first of them, and every change
 * of the mix is worked out from there, so that an amount can be moved up and down without loss.
 */
export class Remix {
  /** Elements that are being worked out. */
  working = $state(false);
  readonly #session: Session;
  #latest = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Takes an element from another clip, wholly. */
  async take(targetId: string, element: AnyElement, sourceId: string): Promise<void> {
    if (targetId === sourceId) return;
    await this.#mix(targetId, `take ${element}`, {
      [element]: { clipId: sourceId, amount: 100, muted: false },
    });
  }

  /** The clip's own element again. */
  async restore(targetId: string, element: AnyElement): Promise<void> {
    await this.#mix(targetId, `restore ${element}`, { [element]: undefined });
  }

  async setAmount(targetId: string, element: AnyElement, amount: number): Promise<void> {
    const ingredient = this.#clip(targetId)?.mix[element];
    if (!ingredient) return;
    await this.#mix(
      targetId,
      `change the amount`,
      { [element]: { ...ingredient, amount } },
      `amount ${element}`,
    );
  }

  /** Leaves an element of the mix out for a moment, to hear what it does. */
  async toggleMute(targetId: string, element: AnyElement): Promise<void> {
    const ingredient = this.#clip(targetId)?.mix[element];
    if (!ingredient) return;
    await this.#mix(targetId, `mute`, { [element]: { ...ingredient, muted: !ingredient.muted } });
  }

  #clip(id: string): Clip | undefined {
    return this.#session.doc.clips.find((clip) => clip.id === id);
  }

  async #mix(
    targetId: string,
    label: string,
    part: Partial<Record<AnyElement, Ingredient | undefined>>,
    gesture: string | null = null,
  ): Promise<void> {
    const clip = this.#clip(targetId);
    if (!clip) return;
    const mix = cleaned({ ...clip.mix, ...part });
    const mixedBefore = Object.keys(clip.mix).length > 0;
    const base = mixedBefore && clip.before ? clip.before : clip.piece;
    const heardBase = mixedBefore ? clip.heardBefore : clip.heard;
    const sources: TransferRequest['sources'] = {};
    for (const element of ALL_ELEMENTS) {
      const ingredient = mix[element];
      const source = ingredient && this.#clip(ingredient.clipId);
      if (ingredient && source && !ingredient.muted)
        sources[element] = { piece: source.piece, amount: ingredient.amount };
    }
    const turn = ++this.#latest;
    this.working = true;
    try {
      const result =
        Object.keys(sources).length === 0
          ? { piece: base, heard: heardBase ?? null }
          : await this.#session.api.call('music.transfer', { piece: base, sources });
      if (turn !== this.#latest) return;
      this.#session.change(
        label,
        (doc) =>
          withClip(doc, targetId, (old) => ({
            ...old,
            mix,
            piece: result.piece,
            before: base,
            heardBefore: heardBase,
            heard: result.heard ?? undefined,
          })),
        gesture,
      );
    } catch (error) {
      const run = (): void => void this.#mix(targetId, label, part, gesture);
      this.#session.notices.fail(error, { label: 'Try again', run });
    } finally {
      if (turn === this.#latest) this.working = false;
    }
  }
}

function cleaned(mix: Partial<Record<AnyElement, Ingredient | undefined>>): Clip['mix'] {
  return Object.fromEntries(
    Object.entries(mix).filter(([, ingredient]) => ingredient !== undefined),
  ) as Clip['mix'];
}
