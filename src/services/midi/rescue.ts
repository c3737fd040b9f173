import type { JournalContent } from './journal.ts';
import { ALL_NOTES_OFF, controller, type Message, noteOff, SUSTAIN } from './message.ts';
import type { MidiBackend } from './output.ts';
import { findPort } from './port-names.ts';

/** What ends everything that a dead service left sounding. */
export function rescueMessages(content: JournalContent): Message[] {
  const channels = new Set([...content.sounding.map((note) => note.channel), ...content.pedals]);
  return [
    ...content.sounding.map(({ channel, pitch }) => noteOff(channel, pitch)),
    ...[...channels].map((channel) => controller(channel, SUSTAIN, 0)),
    ...[...channels].map((channel) => controller(channel, ALL_NOTES_OFF, 0)),
  ];
}

/**
 * Ends the notes of a service that was killed, from outside of it: on the port that it had opened, or, when the port was
 * its own and died with it, on those that had listened to it. Returns the ports that were reached.
 */
export function rescue(content: JournalContent, backend: MidiBackend): string[] {
  const messages = rescueMessages(content);
  if (messages.length === 0 || !content.port || backend.missing) return [];
  const targets = content.port.kind === 'existing' ? [content.port.name] : content.port.listeners;
  const reached: string[] = [];
  for (const target of targets) {
    try {
      const names = backend.outputs();
      const index = names.includes(target) ? names.indexOf(target) : findPort(names, target);
      if (index < 0) continue;
      const output = backend.openOutput(names[index]);
      try {
        for (const message of messages) output.send(message);
        reached.push(target);
      } finally {
        output.close();
      }
    } catch {
      // A port that is gone, or refuses, sounds no more.
    }
  }
  return reached;
}
