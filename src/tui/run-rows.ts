/** Runs of the history as the UI shows them, and as settings to go on with. */
import { CPM } from '../machines/cpm.js';
import { machineNamed } from '../machines/index.js';
import type { Machine } from '../machines/machine.js';
import type { Run } from '../pipeline/run-history.js';
import type { RunRow, Settings } from './protocol.js';

const OUTCOMES: Readonly<Record<Run['outcome'], string>> = {
  running: 'not ended, or killed',
  finished: 'done',
  stopped: 'stopped',
  taken: 'stopped, taken',
  found: 'made elsewhere',
};
/** What the user can change; the rest is hashes and names. */
const SHOWN = ['hidden', 'epochs', 'seed'] as const;

export function runRow({ name, outcome, figures, ingredients = {} }: Run, inPlace: string | undefined): RunRow {
  return {
    name,
    outcome: OUTCOMES[outcome],
    answers: figures?.training.answers,
    heldOut: figures?.heldOut?.answers,
    settings: SHOWN.flatMap((key) => (ingredients[key] === undefined ? [] : `${key} ${ingredients[key]}`)).join(', '),
    inPlace: name === inPlace,
  };
}

/** The settings with those of a run; what it does not say stays. */
export function settingsOfRun(settings: Settings, { ingredients }: Run): Settings {
  if (!ingredients) return settings;
  const { epochs: _epochs, hidden: _hidden, ...others } = settings;
  const of = <T>(key: string): T | undefined =>
    ingredients[key] === undefined ? undefined : (JSON.parse(ingredients[key]) as T);
  const epochs = of<number>('epochs');
  const hidden = of<number[]>('hidden');
  // Only of those whose memory is what it is: the others need nothing to aim at.
  const machine = machineNamed(of<string>('machine') ?? CPM.name);
  return {
    ...others,
    seed: of<number>('seed') ?? settings.seed,
    ...(machine.name !== settings.machine && ofMachine(machine)),
    ...(epochs !== undefined && { epochs }),
    ...(hidden !== undefined && { hidden }),
  };
}

/** The settings that change with the machine. */
export function ofMachine({ name, file, programBytes, clockHz }: Machine): Partial<Settings> {
  return { machine: name, fileType: file.type, maxSize: programBytes, clockHz };
}
