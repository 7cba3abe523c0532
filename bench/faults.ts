/** The fault matrix with as many flights as wanted: `npm run bench -- faults --runs 10000 --from 1`, and who else would
 *  have come through: `--compare`. */
import { OUTCOMES, runFaults } from '../test/fakes/fault-flights.js';

const DEFAULT_RUNS = 1_000;
const AT_ONCE = 100;

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

export async function run(): Promise<void> {
  const runs = option('runs', DEFAULT_RUNS);
  const first = option('from', 1);
  const total = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<string, number>;
  let wrong = 0;
  const onlySx: number[] = [];
  const compare = process.argv.includes('--compare');
  for (let from = first; from < first + runs; from += AT_ONCE) {
    const result = await runFaults({ from, runs: Math.min(AT_ONCE, first + runs - from), compare });
    onlySx.push(...result.onlySx);
    for (const outcome of OUTCOMES) total[outcome]! += result.counts[outcome];
    for (const { seed, what } of result.wrong) console.log(`seed ${seed}: ${what}`);
    wrong += result.wrong.length;
  }
  for (const outcome of OUTCOMES) console.log(`${String(total[outcome]).padStart(7)}  ${outcome}`);
  console.log(`${String(wrong).padStart(7)}  wrong`);
  if (compare) console.log(`${String(onlySx.length).padStart(7)}  where only sx comes through: ${onlySx.join(', ')}`);
}
