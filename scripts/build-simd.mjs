// Compiles src/model/engines/simd/assembly to WebAssembly and writes it as kernels.generated.ts, which is committed:
// a newcomer needs no build step. Run it after a change to the kernels; a test compares the two.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';

const folder = join(root, 'src', 'model', 'engines', 'simd');

/** Compiles the kernels; returns the text of kernels.generated.ts. */
export async function compileKernels() {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const keep = (name, contents) => {
    if (name === 'kernels.wasm') binary = contents;
  };
  const { error, stderr } = await asc.main(
    [
      'assembly/index.ts',
      '-O3',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--noAssert',
      '--use',
      'abort=',
    ].concat('--baseDir', folder, '--outFile', 'kernels.wasm'),
    { writeFile: keep },
  );
  if (error) throw new Error(`the SIMD kernels do not compile: ${error.message}\n${stderr.toString()}`);
  return [
    '// Made by `node scripts/build-simd.mjs` from assembly/: WebAssembly with SIMD, base64. Do not edit.',
    `export const KERNELS = '${Buffer.from(binary).toString('base64')}';`,
    '',
  ].join('\n');
}

if (process.argv[1] === join(root, 'scripts', 'build-simd.mjs')) {
  ensureInstalled();
  writeFileSync(join(folder, 'kernels.generated.ts'), await compileKernels());
}
