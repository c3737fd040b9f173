// `npm run sbom`: what the packed app is made of (CycloneDX), in dist/sbom.cdx.json, and what is known against it where the
// registry answers.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './ensure.mjs';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, shell: process.platform === 'win32' };

/** Writes the list; returns how many packages it names. */
export function writeSbom() {
  const text = execFileSync(
    npm,
    ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'],
    options,
  );
  const { components } = JSON.parse(text);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist', 'sbom.cdx.json'), text);
  return components.length;
}

/** Known advisories of what is packed; null where the registry does not tell. */
export function advisories() {
  const { stdout } = spawnSync(npm, ['audit', '--omit', 'dev', '--json'], options);
  try {
    return JSON.parse(stdout).metadata?.vulnerabilities ?? null;
  } catch {
    return null;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(`dist/sbom.cdx.json: ${writeSbom()} packages`);
  const known = advisories();
  if (known === null) console.log('advisories: not checked, the registry does not answer');
  else {
    console.log(`advisories: ${JSON.stringify(known)}`);
    if (known.high + known.critical > 0) process.exitCode = 1;
  }
}
