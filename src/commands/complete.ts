/**
 * `z80lm complete -- WORD...`, which the scripts of `z80lm completion` ask at each Tab: the words of the command line up to
 * the one that is being typed, and back comes what that may become, `value TAB a word about it` a line. So what a shell
 * offers is what this z80lm takes, with no list beside: the commands and options as they are, an option's choices, and for
 * placeholders what value-kinds.ts says. Only the command that is being typed is loaded.
 */
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { Command, type Argument, type Option } from 'commander';
import { plainText } from '../seams/plain.js';
import { COMMANDS } from './table.js';
import { VALUE_KINDS, type Offer, type ValueKind } from './value-kinds.js';

export function registerComplete(program: Command): void {
  program
    .command('complete', { hidden: true })
    .description('what the last of these words may become')
    .argument('[words...]')
    .action(async (words: string[]) => {
      const offers = await complete(words);
      // A line each: names of files and words of USB devices are others' texts. What cannot be said in one is not offered.
      const said = offers.filter(([value]) => value === plainText(value));
      process.stdout.write(said.map(([value, about]) => `${value}\t${plainText(about)}\n`).join(''));
    });
}

const GLOBAL: readonly Offer[] = [
  ['--json', 'JSON on stdout'],
  ['--quiet', 'no progress'],
  ['--help', 'help'],
];

/** @param words behind `z80lm`; the last is being typed, and may be empty */
export async function complete(words: readonly string[]): Promise<Offer[]> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const at = before.findIndex((word) => !word.startsWith('-'));
  const offers = at < 0 ? commandOffers(typed) : await within(before[at]!, before.slice(at + 1), typed);
  return offers.filter(([value]) => value.startsWith(typed));
}

function commandOffers(typed: string): Offer[] {
  if (typed.startsWith('-')) return [...GLOBAL, ['--version', 'its version']];
  return COMMANDS.map(({ name, summary }) => [name, summary]);
}

async function within(name: string, before: readonly string[], typed: string): Promise<Offer[]> {
  const entry = COMMANDS.find((one) => one.name === name);
  if (!entry) return [];
  if (name === 'help') return before.length === 0 ? commandOffers(typed) : subcommandOffers(await load(before[0]!));
  let command = (await load(name))!;
  let rest = before;
  if (command.commands.length > 0) {
    const at = rest.findIndex((word) => !word.startsWith('-'));
    const sub = at < 0 ? undefined : command.commands.find((one) => one.name() === rest[at]);
    if (!sub) return typed.startsWith('-') ? [...GLOBAL] : subcommandOffers(command);
    [command, rest] = [sub, rest.slice(at + 1)];
  }
  return atWord(command, rest, typed);
}

async function load(name: string): Promise<Command | undefined> {
  const program = new Command('z80lm');
  (await COMMANDS.find((one) => one.name === name)?.load())?.(program);
  return program.commands[0];
}

function subcommandOffers(command: Command | undefined): Offer[] {
  return command?.commands.map((one): Offer => [one.name(), one.description()]) ?? [];
}

/** The words before tell whether an option's value comes, and which argument. */
function atWord(command: Command, before: readonly string[], typed: string): Offer[] | Promise<Offer[]> {
  let args = 0;
  let open: Option | undefined;
  let onlyArguments = false;
  for (const word of before) {
    if (onlyArguments || !word.startsWith('-')) {
      if (open === undefined) args++;
      else if (!open.variadic) open = undefined;
    } else if (word === '--') [onlyArguments, open] = [true, undefined];
    else open = word.includes('=') ? undefined : valued(command, word);
  }
  if (!onlyArguments && typed.startsWith('-')) {
    const [flag, value] = typed.split(/=(.*)/s);
    const option = value === undefined ? undefined : valued(command, flag!);
    return option ? prefixed(`${flag}=`, valueOffers(option, value!)) : flagOffers(command);
  }
  if (open !== undefined) return valueOffers(open, typed);
  const { registeredArguments: known } = command;
  const argument = known[args] ?? (known.at(-1)?.variadic ? known.at(-1) : undefined);
  return argument === undefined ? [] : valueOffers(argument, typed);
}

function valued(command: Command, flag: string): Option | undefined {
  const option = command.options.find(({ short, long }) => flag === short || flag === long);
  return option && (option.required || option.optional) ? option : undefined;
}

function flagOffers(command: Command): Offer[] {
  const own = command.options
    .filter(({ hidden }) => !hidden)
    .flatMap(({ short, long, description }) =>
      [long, short].flatMap((flag): Offer[] => (flag ? [[flag, description]] : [])),
    );
  return [...own, ...GLOBAL];
}

async function prefixed(prefix: string, offers: Promise<Offer[]>): Promise<Offer[]> {
  return (await offers).map(([value, about]) => [`${prefix}${value}`, about]);
}

/** The placeholder as --help shows it, without brackets and dots. */
export function placeholderOf(one: Option | Argument): string {
  return 'flags' in one ? /[<[](.*?)(?:\.\.\.)?[\]>]$/.exec(one.flags)![1]! : one.name();
}

async function valueOffers(one: Option | Argument, typed: string): Promise<Offer[]> {
  if (one.argChoices) return one.argChoices.map((choice) => [choice, '']);
  const kind: ValueKind = VALUE_KINDS[placeholderOf(one)] ?? {};
  return [...((await kind.offers?.()) ?? []), ...(kind.files ? fileOffers(typed, kind.files) : [])];
}

/** Files of these kinds where the user is typing, and folders to go on into. */
function fileOffers(typed: string, kinds: NonNullable<ValueKind['files']>): Offer[] {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const name = typed.slice(folder.length);
  try {
    return readdirSync(folder.replace(/^~\//, `${homedir()}/`) || '.', { withFileTypes: true })
      .filter((entry) => entry.name.startsWith(name) && (name.startsWith('.') || !entry.name.startsWith('.')))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry): Offer[] => {
        if (entry.isDirectory()) return [[`${folder}${entry.name}/`, '']];
        const ending = /\.([^.]+)$/.exec(entry.name)?.[1]?.toLowerCase() ?? '';
        // A link may lead to a folder, or to a device, which has no ending.
        const fits = kinds === 'any' || entry.isSymbolicLink() || (kinds !== 'folders' && kinds.includes(ending));
        return fits ? [[`${folder}${entry.name}`, '']] : [];
      });
  } catch {
    return []; // There is no such folder, or it may not be looked at.
  }
}
