/** What a command gets from the world, so that tests can run it without a terminal. */
export interface Io {
  /** Results: one call, one line. */
  out(line: string): void;
  /** Progress and messages for people. */
  err(line: string): void;
  /** True when stderr is a terminal that can redraw a line. */
  readonly interactive: boolean;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** One verb of the command line. Throws AffettoError; main() turns it into a line and an exit code. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Usage text with options, shown by --help and after a usage error. */
  readonly usage: string;
  run(args: readonly string[], io: Io): Promise<void>;
}
