import type { Notice } from './protocol.ts';

/** What happened and what to do about it, in words for musicians. */
export const notices = {
  behind: (): Notice => ({
    level: 'warning',
    code: 'behind',
    text: 'The generator is behind: the last bar is repeated. A faster engine or a slower tempo helps.',
  }),
  caughtUp: (): Notice => ({ level: 'info', code: 'caught-up', text: 'The generator has caught up.' }),
  sourceFailed: (reason: string): Notice => ({
    level: 'error',
    code: 'source-failed',
    text: `The generator failed: ${reason}`,
  }),
  takeEnded: (): Notice => ({ level: 'info', code: 'take-ended', text: 'The take is over.' }),
  /** `music`: what became of it. */
  clockLost: (music: 'silent' | 'goes-on' | 'stopped'): Notice => {
    const then = {
      silent: '',
      'goes-on': ' The music goes on at the last tempo.',
      stopped: ' The music was stopped.',
    }[music];
    return { level: 'warning', code: 'clock-lost', text: `The DAW's clock fell silent.${then}` };
  },
  clockBack: (): Notice => ({ level: 'info', code: 'clock-back', text: 'The clock is back.' }),
  feedback: (): Notice => ({
    level: 'warning',
    code: 'feedback',
    text:
      'What Affetto sends comes back into it: somewhere our output is connected to our input. Nothing is taken from ' +
      'it; disconnect them, or turn MIDI thru off in the DAW.',
  }),
};
