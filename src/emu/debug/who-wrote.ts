/** Who wrote a byte last: the past is searched backwards for it, instructions, system calls and interrupts alike. */
import type { Marks } from './breakpoints.js';
import type { Recorder } from './recorder.js';
import type { Writer } from './session.js';
import type { Search, Travel, Way } from './travel.js';

/** Where we are then is nowhere in particular. */
export function* lastWrite(recorder: Recorder, marks: Marks, travel: Travel, address: number): Way<Writer | undefined> {
  let last: Writer | undefined;
  /** In a system call; the moment is to come. */
  let under: Omit<Writer, 'moment'> | undefined;
  const { memory } = recorder;
  const note = (how: Writer['how'], by: number): boolean => {
    last = { moment: recorder.now, by, how, value: memory[address]! };
    // An INI writes behind what the port's handler did.
    under = undefined;
    return false;
  };
  const search: Search<Writer> = {
    observer: {
      met: ({ by }) => note('instruction', by),
      port: () => false,
      patched(patches, by) {
        const patch = patches.find(({ at, bytes }) => address >= at && address < at + bytes.length);
        const value = patch?.bytes[address - patch.at];
        if (value === undefined || value === memory[address]) return false;
        under = { how: 'system', by: by(), value };
        return true;
      },
      pushed: (sp, by) => (address === sp || address === ((sp + 1) & 0xffff)) && note('interrupt', by),
    },
    passed() {
      if (under) last = { ...under, moment: recorder.now };
      under = undefined;
    },
    pick: () => last,
    isBlind: true,
  };
  const { seesPushes } = recorder;
  marks.add(address, 'write');
  recorder.seesPushes = true;
  try {
    const found = yield* travel.back(search);
    if (found || !recorder.isWhole) return found;
    return { moment: recorder.beginning, by: recorder.pc, how: 'loaded', value: memory[address]! };
  } finally {
    recorder.seesPushes = seesPushes;
    marks.remove(address);
  }
}
