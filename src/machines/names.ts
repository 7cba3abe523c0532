/** The machines' names, for those who need no more of them: index.ts has the machines. */
export const MACHINE_NAMES: readonly string[] = ['cpm', 'scm', 'zx48'];
