/** `z80lm/model`: what a μLM is, its file, its arithmetic. No Node in it: it also runs in a browser. */
export { answer, argmax, encodeInput, runLayer, runNetwork } from './model/inference.js';
export { fold, typed } from './model/question.js';
export { Conversation, seedFrom, type ConversationOptions } from './model/conversation.js';
export type { ClosedSet } from './model/closed-set.js';
export type { Action, Game, GameText } from './model/game.js';
export type { Voice } from './model/voice.js';
export { encodeContext, encodeQuery, toBytes } from './model/encoder.js';
export { checkNetwork, MAX_ANSWER, MAX_WIDTH, type Layer, type ModelAbout, type Network } from './model/network.js';
export { decodeModel, encodeModel } from './model/npz.js';

// ## Errors
export { InputError, ModelError, Z80lmError } from './seams/errors.js';

// ## Types that the above mention
export type { ErrorDetails, ExitStatus } from './seams/errors.js';
