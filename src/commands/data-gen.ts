/**
 * `z80lm data gen`: pairs out of something.
 *
 *     data gen SPEC                                   a spec of facts and phrasings, offline
 *     data gen --topic elephant --provider claude     20 Questions about a thing, by a language model
 *     data gen --persona FILE --provider ollama       somebody to talk to, described in a file or in a few words
 *
 * What a model takes is estimated first, and nothing is asked before the user has agreed.
 */
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Option, type Command } from 'commander';
import { appendFile } from '../host/append-file.js';
import { nodeClock } from '../host/node-clock.js';
import { openProvider, PROVIDER_NAMES, type ProviderName } from '../host/providers/open-provider.js';
import { packagePath } from '../package.js';
import { EXIT, UsageError, type ExitStatus } from '../seams/errors.js';
import type { Provider } from '../seams/provider.js';
import { grouped } from '../seams/words.js';
import { expandSpec } from '../trainer/data-expand.js';
import { renderSpec } from '../trainer/data-files.js';
import { parseSpec } from '../trainer/data-spec.js';
import { dollars, estimateOf, priceOf, type Estimate, type Price } from '../trainer/gen/cost.js';
import { generate, type GenEvent, type Spent } from '../trainer/gen/generate.js';
import { GAME_ANSWERS, quotasOf, type Job } from '../trainer/gen/job.js';
import { GEN } from '../trainer/gen/limits.js';
import { filesOf, missingOf, standingOf, type Standing } from '../trainer/gen/progress.js';
import { textLines } from '../trainer/pairs.js';
import { action, seedOf, wholeNumber, type Shell } from './shared.js';
import { SHIPPED_SETS } from './shipped-data.js';

const DATASETS = packagePath('datasets/');
/** A description longer than this is paid for with every request, and no small model could live up to it. */
const LONGEST_PERSONA = 2_000;
const LONGEST_TOPIC = 60;

interface Flags {
  provider: ProviderName | 'spec';
  topic?: string;
  persona?: string;
  answers?: string;
  dialogues?: boolean;
  pairs: string;
  model?: string;
  baseUrl?: string;
  price?: string;
  yes?: boolean;
  output?: string;
  seed?: string;
}

export function registerGen(data: Command): void {
  data
    .command('gen')
    .description('pairs from a spec of facts and phrasings, or from a language model')
    .argument('[spec]', `a .spec file, or the name of a shipped one: ${SHIPPED_SETS.join(', ')}`)
    .addOption(
      new Option('--provider <name>', 'where the pairs come from').choices(['spec', ...PROVIDER_NAMES]).default('spec'),
    )
    .option('--topic <thing>', 'the secret thing of a game of 20 Questions')
    .option('--persona <file|words>', 'somebody to talk to: a file that describes them, or a few words')
    .option('--answers <list>', 'with --persona: the only answers there are, such as YES,NO,HELLO (and IDK)')
    .option('--dialogues', 'with --persona: what people say next, too, with answers that remember the one before')
    .option('--pairs <n>', 'how many pairs there shall be in the end', '500')
    .option('--model <name>', "the provider's model (claude: claude-haiku-5-5, ollama: llama3.2)")
    .option('--base-url <url>', 'where the provider is, if not at its usual place')
    .option('--price <in/out>', 'US dollars for a million tokens in and out, such as 0.10/0.50')
    .option('--yes', 'do not ask before money is spent')
    .option('-o, --output <name>', 'write NAME.txt and what belongs to it')
    .option('--seed <n>', "spec: another choice among the phrasings than the spec's own")
    .action(action(runGen));
}

async function runGen(shell: Shell, flags: Flags, spec: string | undefined): Promise<ExitStatus | void> {
  const given = [spec, flags.topic, flags.persona].filter((value) => value !== undefined);
  if (given.length !== 1)
    throw new UsageError(given.length === 0 ? 'nothing to make pairs from' : 'more than one thing to make pairs from', {
      hint: 'give a spec, or --topic THING, or --persona FILE',
    });
  if (flags.dialogues && flags.persona === undefined)
    throw new UsageError('--dialogues goes with --persona', {
      hint:
        spec === undefined ? 'a game has no talk to go on with' : 'a spec has lines that begin with "after" instead',
    });
  if (spec !== undefined && flags.provider !== 'spec')
    throw new UsageError(`--provider ${flags.provider} takes no spec`, { hint: 'give --topic or --persona instead' });
  if (spec === undefined && flags.provider === 'spec')
    throw new UsageError('--topic and --persona need a language model', {
      hint: `add --provider ${PROVIDER_NAMES.join(', or --provider ')}; a spec works offline`,
    });
  if (spec !== undefined) expand(shell, flags, spec);
  else return ask(shell, flags, flags.provider as ProviderName);
}

function expand(shell: Shell, flags: Flags, name: string): void {
  const shipped = `${DATASETS}${name}.spec`;
  const file = !name.endsWith('.spec') && shell.files.exists(shipped) ? shipped : name;
  const spec = parseSpec(textLines(shell.files.read(file), file).join('\n'), file);
  if (flags.seed !== undefined) spec.seed = seedOf(flags.seed);
  const data = expandSpec(spec);
  const stem = flags.output ?? basename(file, '.spec');
  const written: string[] = [];
  const rendered = renderSpec(spec, data, basename(file));
  shell.files.willWrite(Object.fromEntries([...rendered].map(([suffix]) => [`the ${suffix}`, `${stem}${suffix}`])));
  for (const [suffix, content] of rendered) {
    shell.files.write(`${stem}${suffix}`, content);
    written.push(`${stem}${suffix}`);
  }
  shell.emit({ spec: file, training: data.training.length, heldOut: data.heldOut.length, files: written });
  shell.print(`${data.training.length} pairs for training, ${data.heldOut.length} held out: ${written.join(', ')}`);
}

async function ask(shell: Shell, flags: Flags, name: ProviderName): Promise<ExitStatus> {
  const total = wholeNumber('--pairs', flags.pairs, 10, 100_000);
  const job = jobOf(shell, flags);
  const provider = await openProvider(name, flags, process.env);
  const price = flags.price === undefined ? usualPrice(name, provider.model) : priceFrom(flags.price);
  const output = flags.output ?? defaultOutput(job, flags);
  const names = filesOf(output);
  // Pairs that are there are read, and added to.
  for (const path of [names.pairs, names.sidecar]) shell.files.mayReplace(path);
  shell.files.willWrite({ 'the pairs': names.pairs, 'their record': names.sidecar });
  const standing = standingOf(shell.files, output, job);
  const quotas = quotasOf(job.kind, total);
  const missing = missingOf(quotas, standing.pairs);
  if ([...missing.values()].every((count) => count === 0)) {
    shell.emit({ type: 'done', why: 'complete', file: names.pairs, kept: standing.pairs.length, missing: 0 });
    shell.print(`${names.pairs}: all ${standing.pairs.length} pairs are there already`);
    return EXIT.done;
  }

  const estimate = estimateOf(job, missing);
  const words = estimateWords(estimate, provider, price, standing.pairs.length);
  shell.emit({ type: 'estimate', ...estimate, dollars: dollars(estimate, price) ?? null, model: provider.model });
  for (const line of words) shell.note(line);
  if (!flags.yes && costsMoney(price) && !(await agreed(shell, words))) {
    shell.note('nothing was asked');
    return EXIT.no;
  }

  const out = appendFile(names.pairs);
  const progress = shell.progress('pairs', total);
  let end: Extract<GenEvent, { type: 'done' }> | undefined;
  try {
    const run = {
      job,
      quotas,
      standing,
      provider,
      price,
      budget: GEN.overrun * (estimate.inputTokens + estimate.outputTokens),
      clock: nodeClock,
      out,
      save: (sidecar: Standing['sidecar']) =>
        shell.files.write(names.sidecar, `${JSON.stringify(sidecar, undefined, 2)}\n`),
    };
    // First of all, so that pairs are never without their record.
    run.save(standing.sidecar);
    for await (const event of generate(run, shell.signal)) {
      shell.emit(event.type === 'done' ? { ...event, file: names.pairs } : event);
      if (event.type === 'done') end = event;
      else if (event.type === 'retry')
        shell.note(`  ${event.reason}; again in ${(event.waitMs / 1000).toFixed(1)} s (failure ${event.failures})`);
      else if (event.type === 'dry')
        shell.note(`  ${provider.model} has no more ${event.category}: ${event.missing} are missing`);
      else progress.update(standing.pairs.length, spentWords(event.spent));
    }
  } finally {
    progress.stop();
    out.close();
    if (!end) shell.note(`${names.pairs}: ${standing.pairs.length} pairs so far; the same command goes on from there`);
  }
  return report(shell, end!, names.pairs, standing);
}

function report(
  shell: Shell,
  { why, kept, missing, spent }: Extract<GenEvent, { type: 'done' }>,
  file: string,
  { sidecar }: Standing,
): ExitStatus {
  const dropped = Object.entries(sidecar.rejected).sort((a, b) => b[1] - a[1]);
  shell.print(`${file}: ${kept} pairs; ${spentWords(spent)}`);
  if (dropped.length > 0)
    shell.note(`dropped: ${dropped.map(([reason, count]) => `${reason} ${count}`).join(', ')} (all runs)`);
  shell.note(`next: z80lm data lint ${file}`);
  if (why === 'complete') return EXIT.done;
  shell.note(
    why === 'budget'
      ? `stopped, ${missing} pairs short: this took twice the tokens you agreed to; the same command goes on`
      : `${missing} pairs short: the model repeats itself; try another --model, or fewer --pairs`,
  );
  return EXIT.no;
}

function jobOf(shell: Shell, { topic, persona, answers, dialogues = false }: Flags): Job {
  if (topic !== undefined) {
    if (answers !== undefined)
      throw new UsageError('--answers goes with --persona', { hint: `a game has ${GAME_ANSWERS.join(', ')}` });
    const subject = topic.trim();
    if (!/[a-z0-9]/i.test(subject) || !/^[\x20-\x7e]+$/.test(subject) || subject.length > LONGEST_TOPIC)
      throw new UsageError(`--topic is ${JSON.stringify(topic)}`, {
        hint: `name a thing in ASCII, in at most ${LONGEST_TOPIC} characters`,
      });
    return { kind: 'topic', subject, answers: GAME_ANSWERS };
  }
  const isFile = shell.files.exists(persona!);
  const subject = (isFile ? textLines(shell.files.read(persona!), persona!).join('\n') : persona!).trim();
  if (subject === '' || subject.length > LONGEST_PERSONA)
    throw new UsageError(`the persona has ${subject.length} characters`, {
      where: isFile ? persona : undefined,
      hint: `describe it in 1 to ${LONGEST_PERSONA}`,
    });
  const list = answers?.split(',').map((answer) => answer.trim().toUpperCase());
  if (list?.some((answer) => !/^[\x20-\x7b}~]{1,24}$/.test(answer)))
    throw new UsageError(`--answers is ${JSON.stringify(answers)}`, {
      hint: `give 1 to ${GEN.longestAnswer} characters of ASCII each, with commas between them, and no bar`,
    });
  return { kind: dialogues ? 'dialogues' : 'persona', subject, answers: list };
}

function defaultOutput({ kind, subject }: Job, { persona }: Flags): string {
  const name = kind === 'topic' ? subject : basename(persona!).replace(/\.\w+$/, '');
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 30)
    .replace(/^-|-$/g, '');
  // Never over the description itself.
  return kind === 'topic' ? slug : `${slug || 'persona'}-pairs`;
}

/** One's own computer asks for no money. */
function usualPrice(name: ProviderName, model: string): Price | undefined {
  return name === 'ollama' ? { input: 0, output: 0 } : priceOf(model);
}

function priceFrom(text: string): Price {
  const [, input, output] = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (input === undefined || output === undefined)
    throw new UsageError(`--price is ${JSON.stringify(text)}`, {
      hint: 'give dollars for a million tokens in and out, such as 0.10/0.50',
    });
  return { input: Number(input), output: Number(output) };
}

function costsMoney(price: Price | undefined): boolean {
  return price === undefined || price.input + price.output > 0;
}

function estimateWords(
  estimate: Estimate,
  { name, model }: Provider,
  price: Price | undefined,
  there: number,
): string[] {
  const { requests, inputTokens, outputTokens } = estimate;
  const cost = dollars(estimate, price);
  return [
    ...(there > 0 ? [`${there} pairs are there already`] : []),
    `${name}, ${model}: about ${requests} requests, ${grouped(inputTokens)} tokens in, ${grouped(outputTokens)} out`,
    cost === undefined
      ? 'its price is not known here (--price IN/OUT says it)'
      : costsMoney(price)
        ? `about ${money(cost)}, at $${price!.input} in and $${price!.output} out for a million tokens`
        : 'it costs nothing',
    `it stops at ${GEN.overrun} times that, if it comes to it`,
  ];
}

function spentWords(spent: Spent): string {
  const tokens = `${grouped(spent.inputTokens)} tokens in, ${grouped(spent.outputTokens)} out`;
  const cost = spent.dollars === undefined ? '' : `, ${money(spent.dollars)}`;
  return `${spent.estimated ? 'about ' : ''}${tokens}${cost}`;
}

function money(amount: number): string {
  return `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
}

/** @throws UsageError where there is nobody to ask */
async function agreed(shell: Shell, words: readonly string[]): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError('this may cost money, and there is no terminal to ask on', {
      hint: 'add --yes to agree',
    });
  if (shell.quiet) process.stderr.write(`${words.join('\n')}\n`);
  // Not in readline's raw mode: there Ctrl-C would be a key and not the signal that the shell listens for.
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([terminal.question('Go on? [y/N] ', { signal: shell.signal }), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
