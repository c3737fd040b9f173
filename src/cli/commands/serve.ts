import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { outFolder } from '../../host/built-files.ts';
import { dataFolder } from '../../host/data-folder.ts';
import { openMidiController } from '../../host/midi-controller.ts';
import { createServices } from '../../host/services.ts';
import { AffettoError, requireInput } from '../../model/error.ts';
import { forkService } from '../../services/process/link.ts';
import { startWebHost } from '../../web/server.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  summary: 'open the app in a browser on this machine',
  usage: `affetto serve [--port N] [--no-open] [--json]

  --port N    listen on this port of 127.0.0.1 (default: any free one)
  --no-open   print the address, do not open a browser
  --json      print {"url": …} on one line when ready

The address carries a key for this run: whoever has it can use the app, nobody else can. Ctrl-C ends it.`,
  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: { port: { type: 'string' }, 'no-open': { type: 'boolean' }, json: { type: 'boolean' } },
    });
    const port = Number(values.port ?? 0);
    requireInput(
      Number.isInteger(port) && port >= 0 && port <= 65535,
      `--port must be 0 to 65535, got ${values.port}`,
    );
    const out = outFolder();
    const rendererFolder = join(out, 'renderer');
    if (!existsSync(join(rendererFolder, 'index.html'))) {
      throw new AffettoError('The window is not built. Run `npm run build` first.', 'failure');
    }
    const host = await startWebHost({
      port,
      rendererFolder,
      log: (line) => io.err(`affetto: ${line}`),
      createServices: (emit) =>
        createServices(
          {
            kind: 'browser',
            version: versionOf(join(out, '..', 'package.json')),
            folder: dataFolder(),
            spawnInference: (memoryMB) =>
              forkService(join(out, 'node', 'inference.mjs'), {
                humble: true,
                heard: true,
                ...(memoryMB ? { memoryMB } : {}),
              }),
            connectMidi: (settings, onEvent) =>
              openMidiController(
                (environment) => forkService(join(out, 'node', 'midi.mjs'), { environment }),
                settings,
                onEvent,
              ),
          },
          emit,
        ),
    });
    io.out(values.json ? JSON.stringify({ url: host.url }) : `Affetto is at ${host.url}  (Ctrl-C ends it)`);
    if (!values['no-open']) openBrowser(host.invite());
    await ended(io.signal);
    await host.close();
  },
};

function versionOf(packageFile: string): string {
  return (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
}

/** Resolves on Ctrl-C or when the terminal goes away. */
function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    process.once('SIGTERM', () => resolve());
    process.once('SIGHUP', () => resolve());
  });
}

/** The system's own opener; no shell sees the address. A machine without one still has the printed line. */
function openBrowser(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
