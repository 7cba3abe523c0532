/**
 * `npm run bench -- [NAME..]`: measurements. They print figures, always beside something measured in the same
 * run, and assert nothing: machines differ, and shared ones are noisy.
 */
interface Bench {
  name: string;
  run(): Promise<void>;
}

const BENCHES: Record<string, () => Promise<Bench>> = {
  emu: () => import('./emu.js'),
  asm: () => import('./asm.js'),
  firmware: () => import('./firmware.js'),
  train: () => import('./train.js'),
};

const wanted = process.argv.slice(2);
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
