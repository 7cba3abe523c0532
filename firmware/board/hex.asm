; HL, or A, in hexadecimal, through the BDOS. Keeps HL. The program has included ../shared/hex.inc.

                hex_printer
                push hl
                ld e,a
                ld c,2
                call BDOS_JUMP
                pop hl
                ret
