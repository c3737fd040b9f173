import { AffettoError } from '../model/error.ts';
import { visible } from '../model/visible.ts';

/** A call as it comes over the socket. */
export interface CallMessage {
  id: number;
  call: string;
  params: unknown;
}

/** Reads one message; throws an input error on anything that is not a call. */
export function readCall(data: string): CallMessage {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new AffettoError('a message was not JSON');
  }
  const message = value as Partial<CallMessage> | null;
  if (
    message === null ||
    typeof message !== 'object' ||
    !Number.isInteger(message.id) ||
    typeof message.call !== 'string'
  ) {
    throw new AffettoError('a message was not a call');
  }
  return { id: message.id as number, call: message.call, params: message.params ?? {} };
}

/** An error as it goes to the window: one sentence and whose fault it is, never a stack. */
export function errorMessage(error: unknown): { message: string; kind: 'input' | 'failure' } {
  if (error instanceof AffettoError) return { message: visible(error.message), kind: error.kind };
  return { message: visible(error instanceof Error ? error.message : String(error)), kind: 'failure' };
}
