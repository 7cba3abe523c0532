/**
 * fast-check with a seed of its own: what passes here passes everywhere, and no run needs luck. FUZZ_SEED=7 looks
 * elsewhere; FUZZ_SEED=random lets fast-check draw a seed, which it names where it fails.
 */
import fc from 'fast-check';

const wish = process.env['FUZZ_SEED'] ?? '1';
if (wish !== 'random') fc.configureGlobal({ seed: Number(wish) });

export default fc;
