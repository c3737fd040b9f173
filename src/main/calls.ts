import { ipcMain } from 'electron';
import { dispatch } from '../contract/contract.ts';
import type { Services } from '../host/services.ts';
import { AffettoError } from '../model/error.ts';
import { errorMessage } from '../web/messages.ts';
import { isTrustedSender } from './trusted-sender.ts';

/** One channel for all calls: the sender is checked once, the parameters by the contract. */
export function setupCalls({ handlers }: Services): void {
  ipcMain.handle('affetto:call', async (event, name: unknown, params: unknown) => {
    try {
      if (!isTrustedSender(event.senderFrame))
        throw new AffettoError('a call from a foreign frame was refused');
      return { result: await dispatch(handlers, name, params ?? {}) };
    } catch (error) {
      return { error: errorMessage(error) };
    }
  });
}
