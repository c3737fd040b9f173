import { ALL_ELEMENTS, type AnyElement } from '../../elements.ts';

/** Drags inside the window: an element of a clip onto a clip, or a clip onto a lane. */
const ELEMENT_TYPE = 'application/x-affetto-element';
const CLIP_TYPE = 'application/x-affetto-clip';

export interface ElementDrag {
  clipId: string;
  element: AnyElement;
}

export function startElementDrag(event: DragEvent, drag: ElementDrag): void {
  event.dataTransfer?.setData(ELEMENT_TYPE, JSON.stringify(drag));
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copy';
}

export function startClipDrag(event: DragEvent, clipId: string): void {
  event.dataTransfer?.setData(CLIP_TYPE, clipId);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copy';
}

export const carriesElement = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes(ELEMENT_TYPE) ?? false;
export const carriesClip = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes(CLIP_TYPE) ?? false;
export const carriesFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes('Files') ?? false;

/** What was dropped; null when it is not one of ours (the text is another window's, so it is checked). */
export function droppedElement(event: DragEvent): ElementDrag | null {
  try {
    const value = JSON.parse(event.dataTransfer?.getData(ELEMENT_TYPE) ?? '') as Partial<ElementDrag>;
    if (typeof value.clipId !== 'string' || !ALL_ELEMENTS.includes(value.element as AnyElement)) return null;
    return { clipId: value.clipId, element: value.element as AnyElement };
  } catch {
    return null;
  }
}

export const droppedClip = (event: DragEvent): string | null =>
  event.dataTransfer?.getData(CLIP_TYPE) || null;
