/**
 * `z80lm/transfer`: XMODEM, and boards as targets, over any line that is a `ByteLink`. No Node in it: with a `ByteLink` over
 * Web Serial and a `Clock` over setTimeout it also runs in a browser.
 */
export { sendXmodem, SEND_SETTINGS, type SendOptions, type SendSettings } from './transfer/xmodem-send.js';
export {
  receiveXmodem,
  RECEIVE_SETTINGS,
  type ReceiveOptions,
  type ReceiveSettings,
} from './transfer/xmodem-receive.js';
export type { TransferEvent } from './transfer/xmodem.js';
export { boardTarget, type BoardTargetOptions } from './transfer/board-target.js';
export { createDriver, DRIVER_NAMES } from './transfer/drivers/index.js';
export { Helper, type HelperOptions, type HelperOutcome } from './transfer/drivers/with-helper.js';
export type { Arrival, ByteLink } from './seams/byte-link.js';
export type { Clock } from './seams/clock.js';
export type { LoadProgress, Program, Target, TargetAbilities, TargetOutput } from './seams/target.js';

// ## Errors
export { InputError, LinkError, RefusedError, TransferError, UsageError, Z80lmError } from './seams/errors.js';

// ## Types that the above mention
export type { Driver, FlashOptions } from './transfer/drivers/driver.js';
export type { DriverResources } from './transfer/drivers/index.js';
export type { Flash } from './transfer/drivers/cpm-flash.js';
export type { Finish } from './transfer/drivers/with-helper.js';
export type { CheckMode } from './transfer/xmodem.js';
export type { BlockSize } from './transfer/xmodem-packets.js';
export type { Manner, MannerSettings } from './transfer/send-manner.js';
export type { LineLesson, LoadPhase } from './seams/target.js';
export type { Host } from './seams/prompt.js';
export type { ErrorDetails, ExitStatus, LinkFailure } from './seams/errors.js';
