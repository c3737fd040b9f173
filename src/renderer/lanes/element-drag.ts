import { ALL_ELEMENTS, type AnyElement } from '../../contract/elements.ts';

/** Drags inside the window: an element of a clip onto a clip, or a clip onto a lane; a clip can leave it as a file. */
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

/**
 * A clip that the system itself drags as a file. Where it comes back over this window it is a file like any other, and
 * only its name tells that it is ours.
 */
let asFile: { clipId: string; fileName: string } | null = null;

export function startFileDrag(clipId: string, fileName: string): void {
  asFile = { clipId, fileName };
}

/** The system does not tell when its drag ends: a pointer that moves by itself does. */
export function endFileDrag(): void {
  asFile = null;
}

export const carriesElement = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes(ELEMENT_TYPE) ?? false;
export const carriesClip = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes(CLIP_TYPE) || (asFile !== null && carriesFiles(event));
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

export function droppedClip(event: DragEvent): string | null {
  const { files } = event.dataTransfer ?? {};
  if (asFile && files?.length === 1 && files[0].name === asFile.fileName) return asFile.clipId;
  return event.dataTransfer?.getData(CLIP_TYPE) || null;
}
