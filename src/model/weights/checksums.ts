import { AffettoError } from '../error.ts';

/** SHA-256 in hexadecimal, through the Web Crypto that Node and browsers share. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const CHECKSUMS_FILE = 'checksums.json';
/** Without these nothing of a model can be used. */
const NEEDED = ['config.json', 'weights.safetensors'];

/**
 * Compares files with what their folder's checksums.json ({file: sha256}) says; null stands for one that was looked for and
 * is not there. Throws an input error that names the first that differs, has no checksum, or is missing though it has one:
 * nothing that shapes music is left out in silence.
 */
export async function checkFiles(
  files: Readonly<Record<string, Uint8Array | null | undefined>>,
  folder: string,
): Promise<void> {
  const fail = (name: string, what: string): never => {
    throw new AffettoError(`${folder}/${name}${what}`);
  };
  for (const name of NEEDED) if (files[name] === null) fail(name, ' is missing; fetch the model again');
  const sums = readChecksums(files[CHECKSUMS_FILE], `${folder}/${CHECKSUMS_FILE}`);
  for (const [name, bytes] of Object.entries(files)) {
    if (name === CHECKSUMS_FILE || bytes === undefined) continue;
    const expected = Object.hasOwn(sums, name) ? sums[name] : null;
    if (bytes === null && expected !== null) fail(name, ' is missing; fetch the model again');
    else if (bytes !== null && expected === null)
      fail(name, `: ${CHECKSUMS_FILE} has no checksum for it; fetch the model again`);
    else if (bytes !== null && (await sha256(bytes)) !== expected)
      fail(name, `: its checksum is not the one in ${CHECKSUMS_FILE}; it is damaged, fetch the model again`);
  }
}

function readChecksums(bytes: Uint8Array | null | undefined, path: string): Record<string, unknown> {
  if (!bytes) throw new AffettoError(`${path} is missing; fetch the model again`);
  let sums: unknown;
  try {
    sums = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new AffettoError(`${path}: it is not JSON; fetch the model again`);
  }
  if (typeof sums !== 'object' || sums === null || Array.isArray(sums))
    throw new AffettoError(`${path}: it must map files to checksums; fetch the model again`);
  return sums as Record<string, unknown>;
}
