; The console as a line with time-outs, and what is printed on it.

byte:           ld b,10                 ; within a block: 1 s
; A = the next character, or carry after B tenths of a second. HL stays.
wait:           ld de,TENTH
wait_on:        push bc
                push de
                push hl
                call const
                pop hl
                pop de
                pop bc
                or a
                jr nz,wait_take
                dec de
                ld a,d
                or e
                jr nz,wait_on
                djnz wait
                scf
                ret
wait_take:      push hl
                call conin
                pop hl
                or a
                ret

                console_jumps

                console_print

                hex_printer
                ld c,a
                push hl
                call conout
                pop hl
                ret
