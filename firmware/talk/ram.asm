; What TALK keeps while a mind runs: between its code and the mind, not part of the file.

FCB_BYTES   equ 36
STACK_SIZE  equ 96              ; ours takes 40; the rest is for the system and for interrupts

fcb         equ $               ; the mind that is asked for
loaded      equ fcb+FCB_BYTES   ; the one that is loaded: its drive and name. 0 for a letter: there is none
rest        equ loaded+1+NAME_LENGTH    ; word: what follows the name in the command tail,
rest_length equ rest+2          ; and how long it is
sum         equ rest_length+1   ; word: the checksum so far
mind_stack  equ sum+2           ; word: the stack of the mind that has called
listed      equ mind_stack+2    ; minds listed so far
line_length equ listed+1
line        equ line_length+1
stack_space equ line+MAX_LINE+1
stack_top   equ stack_space+STACK_SIZE
shell_end   equ stack_top

ahead_count equ KEYS_COUNT
ahead_first equ KEYS_FIRST
ahead       equ SHELL_KEYS

            assert shell_end <= KEYS_COUNT
