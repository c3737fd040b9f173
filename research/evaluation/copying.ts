/** Runs longer than this are reported as this long. */
const LONGEST_RUN = 512;

/** Finds the longest run of notes that a piece shares with any of a set of pieces: a sorted list of all their endings. */
export class RunIndex {
  private readonly moves: Int32Array;
  /** Where each run of moves begins, in the order of what follows. */
  private readonly order: Int32Array;

  /** @param pieces note moves of each; runs never cross from one piece to the next */
  constructor(pieces: readonly Int32Array[]) {
    const length = pieces.reduce((sum, piece) => sum + piece.length + 1, 0);
    this.moves = new Int32Array(length);
    let at = 0;
    pieces.forEach((piece, i) => {
      this.moves.set(piece, at);
      // An end that equals nothing.
      this.moves[at + piece.length] = -1 - i;
      at += piece.length + 1;
    });
    this.order = Int32Array.from({ length }, (_, i) => i).sort((a, b) => this.compare(this.moves, a, b));
  }

  /** Notes of the longest shared run: moves + 1; 0 if not even one move is shared. */
  longestRun(piece: Int32Array): number {
    let best = 0;
    for (let from = 0; from < piece.length - best; from++) best = Math.max(best, this.longestAt(piece, from));
    return best > 0 ? best + 1 : 0;
  }

  private longestAt(piece: Int32Array, from: number): number {
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(piece, from, this.order[middle]) > 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(this.shared(piece, from, low - 1), this.shared(piece, from, low));
  }

  /** Moves that a piece from `from` shares with the run of that rank. */
  private shared(piece: Int32Array, from: number, rank: number): number {
    if (rank < 0 || rank >= this.order.length) return 0;
    const start = this.order[rank];
    let n = 0;
    while (
      from + n < piece.length &&
      start + n < this.moves.length &&
      piece[from + n] === this.moves[start + n]
    )
      n++;
    return n;
  }

  private compare(piece: Int32Array, a: number, b: number): number {
    for (let n = 0; n < LONGEST_RUN; n++) {
      const x = a + n < piece.length ? piece[a + n] : Number.MIN_SAFE_INTEGER;
      const y = b + n < this.moves.length ? this.moves[b + n] : Number.MIN_SAFE_INTEGER;
      if (x !== y) return x - y;
    }
    return 0;
  }
}
