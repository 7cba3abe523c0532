/** What `z80lm new NAME --game` writes: a game of questions about a secret, as a spec that one can add to. */

/** Small enough to be read whole, and to be learnt in seconds. */
export const GAME_SPEC = `# A game of questions: z80lm data gen game.spec makes game.txt of it, which is what z80lm train reads.
name: WHAT IS IT
description: I think of something. Find out what it is, with up to 20 questions.
example: is it alive
example: is it a dog
prompt: /1
prompt: is it alive
prompt: can it fly
prompt: give me a hint
prompt: is it a dog
prompt: i give up
prompt: hello
unknown: HUH?
seed: 1
take: 6
hold: 1

# What it may be: names, then traits. The first name is the one that is said.
game: 20
secret a dog, puppy: animal, pet, legs, noise, mammal
secret a cat, kitten: animal, pet, legs, mammal
secret a cow, cattle: animal, farm, legs, big, noise, mammal
secret an eagle, hawk: animal, wings
secret a bee, honeybee: animal, wings, noise
secret a goldfish, fish: animal, pet, water
secret a tree, oak: plant, big, wood
secret a car, automobile: machine, big, noise

# What is true: YES for what has one of these traits, or is named; - is NO, ? is MAYBE; NO for all others.
fact ALIVE: animal, plant
fact ANIMAL: animal
fact PLANT: plant
fact MACHINE: machine
fact MAMMAL: mammal
fact PET: pet
fact FARM: farm, ?bee, ?cat, ?dog
fact BIG: big
fact TINY: bee, ?goldfish
fact FOUR LEGS: legs
fact WINGS: wings
fact FLIES: wings
fact SWIMS: water, ?dog, ?cow
fact NOISE: noise, ?cat, ?eagle
fact WOOD: wood

# What is said; texts between " / " take turns. Those for facts are the hints.
reply YES: Yes. / Yes, it is so. / Right.
reply NO: No. / No, it is not so.
reply MAYBE: Sometimes. / That depends.
reply WIN: Yes! It is {it}, and you took {n} questions.
reply LOSE: That was question {n}. It was {it}.
reply GIVE UP: It was {it}.
reply AGAIN: I have thought of something. Ask!
reply SPELL: I do not know that word. Spell it again, please.
reply NO HINT: You know all that I can tell.
reply HUH?: I can only say yes or no. / Ask me something else.
reply HELLO: Hello. Ask me what it is like. / Hello again.
reply ALIVE: It is alive.
reply MAMMAL: It is a mammal.
reply PET: People keep it at home.
reply BIG: It is bigger than you.
reply WINGS: It has wings.
reply SWIMS: It swims.
reply NOISE: It is noisy.
reply MACHINE: It was made in a factory.
reply PLANT: It has leaves.

# Ways to ask. "~" marks those that are kept for z80lm eval, and are not learnt.
kind is
  is it {x}?
  is this {x}?
  would you say it is {x}?
  is the thing {x}?
  so it is {x}?
  ~ is that {x}?
kind does
  does it {x}?
  can it {x}?
  will it {x}?
  is it able to {x}?
  ~ could it {x}?
kind has
  does it have {x}?
  has it {x}?
  has it got {x}?
  is it something with {x}?
  ~ does the thing have {x}?
kind guess
  is it {x}?
  is this {x}?
  {x}
  it is {x}
  i think it is {x}
  my guess is {x}
  would it be {x}?
  ~ could it be {x}?

facts is
  ALIVE: alive; living; a living thing; a living being
  ANIMAL: an animal; a kind of animal; a beast; a creature
  PLANT: a plant; a kind of plant; something with leaves; rooted in the ground
  MACHINE: a machine; a vehicle; made of metal; man made
  MAMMAL: a mammal; warm and furry; a furry animal; covered in fur
  PET: a pet; kept at home; in the house; a house pet
  FARM: on a farm; a farm animal; kept by farmers
  BIG: big; large; bigger than me; very large
  TINY: tiny; very small; smaller than a coin; no bigger than a thumb
  NOISE: noisy; loud; something that makes noise
  WOOD: wooden; made of wood; something that burns
facts does
  FLIES: fly; fly in the sky; go through the air; leave the ground
  SWIMS: swim; swim well; move through water; paddle about
  NOISE: make noise; make a sound; make a din
facts has
  FOUR LEGS: four legs; four feet; paws or hooves; 4 legs
  WINGS: wings; two wings; feathers or wings
guesses guess take=8

say HINT take=8
  [please] give me a hint
  (a|one|another) hint [please]
  tell me (something|more) about it
  help me [please]
  ~ can i have a hint
say GIVE UP take=8
  i give up
  tell me what it is
  what is it
  (okay|ok) what was it
  i do not know
  ~ i give in
say AGAIN take=8
  (new|another) game
  [let us] play again
  start (again|over)
  think of something else
  ~ i want to play again
say HELLO take=8
  (hello|hi|hey) [there]
  good (morning|evening)
  ~ hiya
`;

/** @param com name of the program */
export function gameReadme(name: string, com: string, configFile: string): string {
  return `# ${name}

    z80lm data gen game.spec -o game   game.txt to learn from, game.heldout.txt to test with
    z80lm data lint game.txt           what may be wrong with them
    z80lm train game.txt -o ${name}.npz      some seconds
    z80lm eval ${name}.npz game.heldout.txt  how well it plays
    z80lm chat ${name}.npz                   play it here; /1 begins the game number 1
    z80lm build ${name}.npz -o ${com}        a CP/M program
    z80lm run ${com}                   in the emulator
    z80lm ports                        then put "port" into ${configFile}, and
    z80lm flash ${com} --run           onto the board

game.spec has all there is to the game. To add a secret, write one more line of names and traits. To add a fact, write what it
is true of, and two or more ways to say it below "facts". Then let data gen and train run again.
`;
}
