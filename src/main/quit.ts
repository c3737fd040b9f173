import { app } from 'electron';

/** A process that does not answer must not keep the app open for ever. */
const PATIENCE_MS = 4000;

/** Quits only when everything is put down: songs written, notes ended, processes gone. */
export function setupQuit(putDown: () => Promise<void>): void {
  let stage: 'open' | 'closing' | 'done' = 'open';
  app.on('will-quit', (event) => {
    if (stage === 'done') return;
    event.preventDefault();
    if (stage === 'closing') return;
    stage = 'closing';
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    void Promise.race([putDown().catch(console.error), patience]).then(() => {
      stage = 'done';
      // In a turn of its own: until Electron is back from asking here, it takes no other request to quit, and without one
      // the app would stay for ever, with no window.
      setImmediate(() => app.quit());
    });
  });
}
