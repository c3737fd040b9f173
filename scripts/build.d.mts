/** Builds when a source is newer than the last build. */
export function buildNode(options?: { force?: boolean }): Promise<void>;
export function buildResearch(options?: { force?: boolean }): Promise<void>;
