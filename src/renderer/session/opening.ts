/**
 * The song that this page is about to show: kept over a reload until it was shown, so that one that breaks the window is
 * not opened a second time.
 */
const KEY = 'affetto-opening';

/** How long a song has to be on the screen to count as shown, ms. */
export const SHOWN_MS = 200;

export const beginsToShow = (id: string): void => sessionStorage.setItem(KEY, id);
export const hasShown = (): void => sessionStorage.removeItem(KEY);
export const failedToShow = (): string | null => sessionStorage.getItem(KEY);
