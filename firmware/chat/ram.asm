; Memory behind the program, not part of the file. The high byte of every page address is all that code uses.

program_end:
ram         equ (program_end+0FFh) & 0FF00h

            if CLOSED
set_a       equ ram             ; sums of layers 1, 3, ...; the first layer's counts before that
set_b       equ set_a+300h
column_bytes equ set_b+300h     ; by a column's header: its bytes,
column_plus equ column_bytes+100h   ; where to enter plus_rows,
column_minus equ column_plus+100h   ; and minus_rows
base_space  equ column_minus+100h
base        equ FORKS == 1 ? set_a : base_space     ; first layer: biases and question, for all forks
            if VOICE
turns       equ base_space      ; for each thing to say, whose turn it is among its texts
told        equ turns+100h      ; not 0: a fact that was asked for, or told, in this game
small_ram   equ GAME ? told+100h : told
            else
small_ram   equ FORKS == 1 ? base_space : base_space+200h
            endif

best        equ small_ram       ; word: the best output of a fork,
second      equ best+2          ; and the next best
fork        equ second+2
source      equ fork+1          ; page of the set that forward reads
            else
base        equ ram             ; first layer: biases, question, padding; low, high and carry page
set_a       equ base+300h
set_b       equ set_a+300h
small_ram   equ set_b+300h

window      equ small_ram       ; the last eight characters of the answer, oldest first
spaces      equ window+8        ; a window of the padding alone
produced    equ spaces+8        ; characters of the answer in the window, at most eight
characters_left equ produced+1
source      equ characters_left+1   ; page of the set that forward reads
            endif
counting    equ source+1        ; not 0: the first layer is kept in counts
            if VOICE
stopped     equ counting+1      ; not 0: this answer was stopped
timing      equ stopped+1       ; not 0: nothing of it counts
slot        equ timing+1        ; what the question was answered with,
remembered  equ slot+1          ; and the one before it, and one; 0: none
last        equ remembered+1    ; word: the text that was said last; 0: none
seeded      equ last+2          ; not 0: nothing comes by chance
state       equ seeded+1        ; word: of the chance that chooses secrets
moment      equ state+2         ; word: how often we looked for a key in vain
secret      equ moment+2        ; of this game; NO_SECRET before it has begun
questions   equ secret+1        ; that were asked
hint_at     equ questions+1     ; where to look for a hint first
keys_space  equ hint_at+1
            else
keys_space  equ counting+1
            endif
            if SHELL
ahead_count equ KEYS_COUNT      ; TALK's
ahead_first equ KEYS_FIRST
ahead       equ SHELL_KEYS
line_length equ keys_space
line_space  equ line_length+1       ; the space in front of the line
            else
ahead_count equ keys_space
ahead_first equ ahead_count+1
line_length equ ahead_first+1
ahead       equ line_length+1
line_space  equ ahead+AHEAD_SIZE    ; the space in front of the line
            endif
line        equ line_space+1
stack_space equ line+MAX_LINE+1+VOICE   ; and the one behind it; with a voice, and a zero
STACK_SIZE  equ VOICE ? 192 : 128   ; ours takes 30, and 4 for each pair within a pair; the rest is for the system and for interrupts
stack_top   equ stack_space+STACK_SIZE
ram_end     equ stack_top

; What the memory check tells, in K of program memory
NEEDS_K     equ (ram_end-100h+3FFh)/400h
