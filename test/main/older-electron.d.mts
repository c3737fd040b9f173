export const olderApp: string;
export function buildOlder(): Promise<void>;
