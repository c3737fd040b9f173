import { AffettoError } from '../error.ts';

/** SHA-256 in hexadecimal, through the Web Crypto that Node and browsers share. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Compares files with what checksums.json ({file: sha256}) says; throws an input error that names the first that differs. */
export async function checkFiles(
  files: Readonly<Record<string, Uint8Array | null | undefined>>,
  folder: string,
): Promise<void> {
  const list = `${folder}/checksums.json`;
  let sums: unknown;
  try {
    sums = JSON.parse(new TextDecoder().decode(files['checksums.json'] ?? new Uint8Array()));
  } catch {
    throw new AffettoError(`${list}: it is not JSON; fetch the model again`);
  }
  if (typeof sums !== 'object' || sums === null)
    throw new AffettoError(`${list}: it must map files to checksums; fetch the model again`);
  for (const [name, expected] of Object.entries(sums)) {
    const bytes = files[name];
    if (bytes && (await sha256(bytes)) !== expected)
      throw new AffettoError(
        `${folder}/${name}: its checksum is not the one in checksums.json; it is damaged, fetch the model again`,
      );
  }
  for (const name of ['config.json', 'weights.safetensors'])
    if (!Object.hasOwn(sums, name))
      throw new AffettoError(`${list}: it has no checksum for ${name}; fetch the model again`);
}
