#!/usr/bin/env node
import { runCommandLine } from '../scripts/command-line.mjs';

await runCommandLine(process.argv.slice(2));
