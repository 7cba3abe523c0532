; HL, or A, in hexadecimal, through the BDOS. Keeps HL.
print_word:     ld a,h
                call print_byte
                ld a,l
print_byte:     push af
                rrca
                rrca
                rrca
                rrca
                call print_digit
                pop af
print_digit:    and 0Fh
                add a,90h
                daa
                adc a,40h
                daa
                push hl
                ld e,a
                ld c,2
                call BDOS_JUMP
                pop hl
                ret
