/** The drivers' names, as --board takes them, for those who need no more of them: index.ts has the drivers. */
export const DRIVER_NAMES = ['romwbw', 'cpm', 'download', 'scm', 'bootstrap'] as const;

export type DriverName = (typeof DRIVER_NAMES)[number];
