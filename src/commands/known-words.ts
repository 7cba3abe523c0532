/**
 * The words of z80lm's own messages about lines, boards and files, and those that say nothing about anybody. Text that has
 * only these goes into a report; names of persons, places and things, and words that stand before secrets, are none of them.
 */
export const KNOWN_WORDS: ReadonlySet<string> = new Set(
  `
@lydell/node-pty @serialport/bindings-cpp @tensorflow/tfjs-node a above acknowledged adapter after again against all
alone an and anew another answer answered answers any anything apart are arrived as ask asked asking assemble at
auto automatic awaited away back backend bad baud be because before began begin begins behind belongs between binary
bit bits block blocks board boards body boot bootstrap both brings buffer building burst busy but by byte bytes
cable came can cancelled cannot capitals carries carry changed character characters check choose circle clock close
closed come comes command commands compared computer computes connect connection console contact container copy
corrected count cr crash crc crossed cts cut damaged data debug demo denied describe describes details device did
different differs dir directory disable disk do doctor does done doubled download driver drives drops dump each
earlier echo eighth else empty emulator end ended ending ends enter equal era erase error errors escape even every
example expect expects expression failed failures fast fault fetch fetches few field file files first fits flash
flow folder for form found free from full gave get gets give gives goes gone good had hangs hardware has have head
height here hex hold holds how however if image in incomplete input inside install installed installing instead
internal interrupted into is it its itself join keeps kind known large last latency lead leads led left length lets
letters lf light like line lines link links lists loader loads log long longer longest look looked looks loses lost
lower machine make makes making may mean means measured medium memory menu message metronome mhz milliseconds min
missing mode model modem modemmanager monitor more most ms must native needed needs new newer no nobody node none
not note nothing now null number of off old on once one only opcode open opened opening optional or other others out
over overwrite own owner pace part path per perhaps permission place plain plug plugged port ports powered predicted
prediction printable prints probe process program programs prompt prompts pseudo-terminal put question quiet quote
quoted ram rate raw reached read read-only reader readers reading reads ready receiver record recorded recording
refused refuses regular remove rename reopen requests reset return right rom romwbw root round rts rtscts rules run
running runs said same saved saying says script seconds see seen send sender sending sent serial serialport serve
server session setting settings shorter should show shown shows sides silence silent simd so sold solid some
somebody something space span speaks speed stall stands start started starting state states step still stopped
strong such summary switch switched symbolic system t-states take takes talks tcp tells temporary ten tensorflow.js
terminal test tests text than that the their them themselves then there these they thing this threads through time
timer times timing to told too took tool tools top tr training transcript transfer transferred transfers try twice
two type typed types typing uart unseen until untouched up upload usb usb-serial use used valid values verdict
verified version virtual wait waited waiting waits wants was wasm wasm-simd way well went were what when where which
while who whole width wire with within without works would writable write writes written wrong wsl xmodem xoff xon
yes yet z80 z80lm
`
    .trim()
    .split(/\s+/),
);
