; Z80LMCLK: a metronome, by which `z80lm time` finds out a board's clock and its wait states.
;
;     board  CR LF '? '                     it waits
;     host   '.'
;     board  '.'                            every key is echoed at once: so the host learns what the line costs
;     host   CR
;     board  CR LF '*ssssssssdddddddd' ...  a round: each letter comes after a loop of known length
;     board  CR LF '? '
;     host   ^C                             back to its host
;
; s is a loop of long instructions (few opcode fetches for its time), d one of short ones (many), c a short one
; that leaves the console's own time standing out. Wait states lengthen d more than s; a slower clock lengthens
; both alike; that is how the two can be told apart. The lengths differ, lest they fall in step with a timer of the
; serial adapter. Interrupts stay enabled: what they take is part of what the board can do.
;
; A file beside this one for each host (cpm.asm) includes it, and has:
;
;       ORIGIN          where programs begin
;       host_start      on the host's stack                             macros; all registers may change
;       host_key        A = a key and NZ, or Z when none is waiting
;       host_leave      if Z, back to the host, from our stack
;       host_out        print A, and return

CTRL_C      equ 03h
LF          equ 0Ah
CR          equ 0Dh

            org ORIGIN

            host_start
            ld sp,stack_top
ready:
            call new_line
            ld a,'?'
            call con_out
            ld a,' '
            call con_out
key:
            host_key
            jr z,key
            cp CTRL_C
            host_leave
            cp CR
            jr z,go
            call con_out
            jr key

go:
            call new_line
            ld a,'*'
            call con_out
            ld hl,plan
.next:
            ld a,(hl)
            or a
            jr z,ready
            ld (letter),a
            inc hl
            ld c,(hl)
            inc hl
            ld b,(hl)
            inc hl
            ld (plan_at),hl
            cp 's'
            push af
            call z,long_loop
            pop af
            call nz,short_loop
            ld a,(letter)
            call con_out
            ld hl,(plan_at)
            jr .next

; 330 T-states and 20 fetches, BC times
long_loop:
            push hl
.again:
            rept 16
            ex (sp),hl
            endm
            dec bc
            ld a,b
            or c
            jr nz,.again
            pop hl
            ret

; 154 T-states and 36 fetches, BC times
short_loop:
            rept 32
            inc l
            endm
            dec bc
            ld a,b
            or c
            jr nz,short_loop
            ret

new_line:
            ld a,CR
            call con_out
            ld a,LF
; Print A
con_out:
            host_out

loop        macro kind,count
            db kind
            dw count
            endm

; About a million T-states each, and a c of 20,000: more than a character takes at 9600 baud and 18 MHz.
plan:
            loop 's',2711
            loop 's',3187
            loop 's',2903
            loop 's',3301
            loop 's',2777
            loop 's',3089
            loop 's',2861
            loop 's',3253
            loop 'd',6101
            loop 'd',6947
            loop 'd',6397
            loop 'd',7079
            loop 'd',6203
            loop 'd',6803
            loop 'd',6299
            loop 'd',6991
            rept 16
            loop 'c',131
            loop 'c',149
            loop 'c',137
            endm
            db 0

letter:     ds 1
plan_at:    ds 2
            ds 64
stack_top:
