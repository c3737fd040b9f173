import { renderVoice, type VoiceOptions } from './voice.ts';

/** Renders voices away from the window's thread, one request after the other. */
self.onmessage = (event: MessageEvent<VoiceOptions & { id: number }>) => {
  const { id, ...options } = event.data;
  const samples = renderVoice(options);
  self.postMessage({ id, samples }, { transfer: [samples.buffer] });
};
