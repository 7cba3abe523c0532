/**
 * `wasm` and `tensorflow` are TensorFlow.js' own names; `auto` takes the native one if it loads. In a file of its own, so
 * that programs that use this library are not made to compile TensorFlow.js' types.
 */
export type BackendChoice = 'auto' | 'wasm' | 'tensorflow';
