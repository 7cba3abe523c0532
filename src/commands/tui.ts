/** `z80lm tui`, or `z80lm` alone: the whole way on one screen. */
import { basename, extname, relative } from 'node:path';
import type { Command } from 'commander';
import { nodeFiles } from '../host/node-files.js';
import { UsageError } from '../seams/errors.js';
import { readPairs, readPrompts } from '../trainer/pairs.js';
import { VIRTUAL, type Settings } from '../tui/protocol.js';
import { cannotOpen, isUnicode } from '../terminal/capabilities.js';
import { preferencesFrom } from '../console/preferences.js';
import type { Manner } from '../console/typed.js';
import { keyboardOption } from './keyboard-options.js';
import { lineSettings, withLineOptions, type LinkFlags } from './link-options.js';
import { report } from './shared.js';
import { dataPath, shippedData } from './shipped-data.js';
import { DATASET, wholeWayOptions, wholeWaySettings, type WholeWayFlags } from './whole-way-options.js';

interface Flags extends WholeWayFlags, LinkFlags, Partial<Record<keyof Manner, string>> {
  data?: string;
  prompts?: string;
  ascii?: boolean;
  mouse?: boolean;
}

export function registerTui(program: Command): void {
  const command = program
    .command('tui')
    .description('the whole way on one screen (z80lm alone opens it, too)')
    .option('--data <data>', 'question|answer lines to train on (default: the shipped twenty questions)')
    .option('--prompts <prompts>', 'with --data: what to ask, a line each (default: the first questions of the data)');
  wholeWayOptions(command);
  withLineOptions(command)
    .addOption(keyboardOption('terminal'))
    .addOption(keyboardOption('arrows'))
    .addOption(keyboardOption('enter'))
    .addOption(keyboardOption('backspace'))
    .addOption(keyboardOption('charset', CHARSET))
    .option('--ascii', 'plain characters: no line drawing, no braille')
    .option('--mouse', 'click on the bar')
    .action(async (flags: Flags, own: Command) => {
      const { TERM } = process.env;
      try {
        const refusal = cannotOpen(process.stdin, process.stdout, TERM);
        if (refusal !== undefined)
          throw new UsageError(refusal, {
            hint: 'z80lm --help lists the commands, which do all of it; z80lm demo shows the whole way',
          });
        const settings = settingsOf(flags);
        const { openTui } = await import('../tui.js');
        process.exitCode = await openTui({
          settings,
          ascii: flags.ascii === true || !isUnicode(process.env),
          mouse: flags.mouse === true,
          env: process.env,
        });
      } catch (error) {
        process.exitCode = report(error, own.optsWithGlobals()['json'] === true);
      }
    });
}

/** @throws UsageError for values that cannot be */
export function settingsOf(flags: Flags): Settings {
  const { machine, outDir, training, clockHz } = wholeWaySettings(flags);
  const own = flags.data === undefined ? undefined : ownData(flags.data, flags.prompts);
  const shipped = own ? undefined : shippedData(nodeFiles, DATASET);
  return {
    data: own?.data ?? { training: near(shipped!.data.training), heldOut: near(shipped!.data.heldOut) },
    questions: own?.questions ?? shipped!.questions,
    name: own?.name ?? shipped!.about.name,
    description: shipped?.about.description ?? '',
    outDir,
    ...training,
    clockHz,
    layout: 'auto',
    maxSize: machine.programBytes,
    machine: machine.name,
    fileType: machine.file.type,
    port: flags.port ?? VIRTUAL,
    ...lineSettings(flags),
    ...keyboardSettings(flags),
  };
}

/** Models take UTF-8. */
const CHARSET = 'utf8';

/** @throws UsageError for values that cannot be */
function keyboardSettings({ terminal, arrows, enter, backspace, charset = CHARSET }: Flags): Manner {
  const all = preferencesFrom({ terminal, arrows, enter, backspace, charset });
  return {
    terminal: all.terminal,
    arrows: all.arrows,
    enter: all.enter,
    backspace: all.backspace,
    charset: all.charset,
  };
}

const OWN_QUESTIONS = 5;

/** As people write paths: from where they are, if that is shorter. */
function near(path: string): string {
  const short = relative(process.cwd(), path);
  return short.length < path.length ? short : path;
}

function ownData(given: string, prompts: string | undefined): Pick<Settings, 'data' | 'questions' | 'name'> {
  const path = dataPath(nodeFiles, given);
  const questions =
    prompts === undefined
      ? readPairs(nodeFiles.read(path), path)
          .pairs.slice(0, OWN_QUESTIONS)
          .map(({ question }) => question)
      : readPrompts(nodeFiles.read(prompts), prompts);
  const name = basename(path, extname(path))
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 8);
  return { data: { training: path }, questions, name: name || 'CHAT' };
}
