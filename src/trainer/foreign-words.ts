/**
 * Words and sentences of everyday English about nothing in particular: what foreign.ts makes its questions from. They are
 * our own choice: things that nearly everybody has words for, none of them typical of a game, a computer or a board.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Things one can count; their plurals are regular. */
const NOUNS = words(`
  acorn airport alarm ankle apron artist aunt axe balcony balloon bandage banker barrel basket bean beard belt bench
  bicycle blanket blouse bone boot bowl bracelet brick bridge brush bucket bus butcher butterfly button cabbage cake
  calendar camel candle carpet carrot castle ceiling chair cherry chicken cinema circus cloud coat collar cousin cow
  cracker cradle crow crown cucumber cup curtain cushion dentist desk diamond donkey dress drum duck eagle ear
  elbow engine envelope eyebrow farmer feather fence finger flag flower fork fountain fox fridge frog garden   giraffe glove goat grandmother grape guitar hammer hammock harbor hat hedge helmet hen hill hospital hotel island
  jacket jar jeep judge kettle kitchen kite kitten ladder lake lawyer lemon library lion lizard lobster magnet market
  mattress meadow melon mirror mosquito motor mountain museum mushroom nail necklace needle nephew newspaper nurse
  oak ocean olive onion orchard oven owl paddle painter parrot parsnip peach peanut pencil pepper pharmacy piano
  picnic pigeon pillow pirate planet plate plumber pocket poet pond potato puddle pumpkin rabbit radish rainbow razor
  recipe ribbon river robin roof rose saddle sailor salad sandal sandwich saucepan sausage school scooter seal
  shirt shoulder shovel singer sister slipper snail sock sofa soldier spider spoon squirrel stadium stamp suitcase
  sweater table tailor teacher teapot tent ticket tiger toaster tomato towel tractor train tree   trumpet tulip turkey umbrella uncle vase violin waiter wallet wasp wedding whale wheel whistle wig zebra zipper
`);

/** What one does to things. */
const VERBS = words(`
  admire bake bend boil borrow bury carve chew decorate describe draw dye fold forget fry grate grow hang hug iron
  juggle knit lend lick marry measure melt mend mow paint peel photograph plant polish pour praise repair roast rub
  scratch sew shake shave sketch slice smell sniff spill squeeze stir stretch swap tickle tie trim wash water weave
  weigh whisper wrap
`);

const ADJECTIVES = words(`
  ancient bald bitter blue brave bright broken bumpy cheap cheerful clumsy crooked crunchy curious damp dusty elegant
  expensive fluffy foggy fragile fresh frozen furry gentle golden greasy green heavy hollow itchy jealous juicy lazy
  loud lucky modern muddy narrow noisy orange pale pink plain polite proud purple ripe rotten round rusty salty sharp
  shiny shy silent silver sleepy slippery smooth soft sour spicy spotted sticky striped stubborn sunny sweet tame
  tender thick thirsty tiny ugly violet wealthy wild wooden yellow
`);

/** Things one cannot count. */
const STUFF = words(`
  butter chocolate cinnamon cotton flour gravy honey jam juice leather milk mustard oil pasta plastic pork rice rubber
  salt sand silk snow soap soup sugar tea vinegar wax wool
`);

const PLACES = words(`
  africa athens australia austria belgium berlin boston brazil cairo canada chicago chile china denmark dublin egypt
  england finland france germany greece hungary india ireland italy japan kenya lisbon london madrid mexico moscow
  norway oslo paris peru poland portugal prague rome scotland spain sweden sydney tokyo turkey vienna wales
`);

const PEOPLE = words(
  'aunt boss brother cousin daughter doctor friend grandfather mother neighbor sister son teacher uncle wife',
);

const NUMBERS = words(
  'two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty 3 7 8 12 15 40 99 100 250 1000',
);

/** By the name a template calls them; `nouns` are nouns in the plural. */
export const FOREIGN_WORDS = {
  noun: NOUNS,
  verb: VERBS,
  adjective: ADJECTIVES,
  stuff: STUFF,
  place: PLACES,
  person: PEOPLE,
  number: NUMBERS,
} as const;
export type WordClass = keyof typeof FOREIGN_WORDS;

/** Sentences, folded as a question is, with {class} where a word belongs. */
export const TEMPLATES: readonly string[] = [
  'what is the capital of {place}',
  'how much does a {noun} weigh',
  'how much does a {noun} cost',
  'how much {stuff} goes into a {noun}',
  'how many {nouns} are there in {place}',
  'how many {nouns} can a {noun} carry',
  'how do you {verb} a {noun}',
  'how do you spell {noun}',
  'how do i get {stuff} out of a {noun}',
  'how far is it from {place} to {place}',
  'how is the weather in {place}',
  'how old is the queen of {place}',
  'how long does it take to {verb} a {noun}',
  'tell me about {nouns}',
  'tell me about the {adjective} {noun}',
  'tell me the history of {place}',
  'my {noun} is {adjective}',
  'my {person} has a {adjective} {noun}',
  'my {person} wants to {verb} a {noun}',
  'my {person} lives in {place}',
  'who invented the {noun}',
  'who wrote the book about the {adjective} {noun}',
  'who won the match between {place} and {place}',
  'where can i buy a {noun}',
  'where do {nouns} come from',
  'where did my {person} leave the {noun}',
  'when was the first {noun} made',
  'when do {nouns} sleep',
  'why are {nouns} {adjective}',
  'why does my {noun} smell of {stuff}',
  'why did the {noun} cross the road',
  'which {noun} is best for {stuff}',
  'what is a {noun}',
  'what is the difference between a {noun} and a {noun}',
  'what is {number} times {number}',
  'what is the square root of {number}',
  'what rhymes with {noun}',
  'what color is a {noun}',
  'what do people eat in {place}',
  'what language do they speak in {place}',
  'is {place} bigger than {place}',
  'is {stuff} better than {stuff}',
  'is {number} more than {number}',
  'are {nouns} {adjective} or {adjective}',
  'do {nouns} like {stuff}',
  'does {stuff} go with {stuff}',
  'did you {verb} the {noun} yesterday',
  'can a {noun} be {adjective}',
  'have you ever seen a {adjective} {noun}',
  'should i {verb} my {noun} or my {noun}',
  'i need a new {noun} for my {noun}',
  'i want to {verb} the {noun}',
  'we bought {number} {nouns} last week',
  'please {verb} my {noun}',
  'translate {noun} into french',
  'set an alarm for {number}',
  'order {number} {nouns} and some {stuff}',
  'book a flight to {place}',
  'call my {person}',
  'there is a {noun} in the {noun}',
  'the {noun} was too {adjective} for the {noun}',
  'somebody left a {noun} on the {noun}',
  'a {adjective} {noun}',
  '{noun}',
  '{adjective}',
  '{verb} the {adjective} {noun}',
  '{number} {adjective} {nouns}',
  '{nouns} and {stuff}',
  '{noun} {noun} {noun}',
];
