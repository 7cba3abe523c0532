#!/usr/bin/env node
/** The command line as a process: its streams, and what becomes of defects. What it does is in commands/command-line.ts. */
import { runCommandLine } from './commands/command-line.js';
import { report } from './commands/shared.js';
import { watchStreams } from './commands/streams.js';

const words = process.argv.slice(2);
watchStreams();
// What no command has caught is a defect; on the way out the terminal is put back as it was.
process.on('uncaughtException', (error) => process.exit(report(error, words.includes('--json'))));
await runCommandLine(words);
