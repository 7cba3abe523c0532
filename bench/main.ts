/**
 * `npm run bench -- [NAME..]`: measurements. They print figures, always beside something measured in the same
 * run, and assert nothing: machines differ, and shared ones are noisy.
 */
interface Bench {
  run(): Promise<void>;
}

const BENCHES: Record<string, () => Promise<Bench>> = {
  start: () => import('./start.js'),
  emu: () => import('./emu.js'),
  asm: () => import('./asm.js'),
  firmware: () => import('./firmware.js'),
  train: () => import('./train.js'),
  link: () => import('./link.js'),
  faults: () => import('./faults.js'),
};

// Names come first; a bench reads its own options (--runs 10000) behind them.
const args = process.argv.slice(2);
const options = args.findIndex((word) => word.startsWith('--'));
const wanted = options < 0 ? args : args.slice(0, options);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no bench called ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of wanted.length > 0 ? wanted : Object.keys(BENCHES)) {
    console.log(`\n== ${name} ==`);
    await (await BENCHES[name]!()).run();
  }
}
