/**
 * The one error type that every edge answers with: what was wrong, where, and what to do.
 * `input`: the user's data or options are at fault (exit code 2). `failure`: ours or the machine's (exit code 1).
 */
export class AffettoError extends Error {
  override readonly name = 'AffettoError';
  readonly kind: 'input' | 'failure';

  constructor(message: string, kind: 'input' | 'failure' = 'input', options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/** Throws an input error unless the condition holds. */
export function requireInput(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AffettoError(message);
}
