/** The npm library has no types of its own; xmodem-js.ts says what it uses of it. */
declare module 'xmodem.js' {
  const xmodem: object;
  export default xmodem;
}
