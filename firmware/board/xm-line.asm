; What receiving and sending share: the sums over a block, and the console as a line with time-outs.

; CRC and checksum, a byte at a time, in the other registers: DE' = CRC, C' = checksum, H' = the table's page.
sum_start       macro
                exx
                ld de,0
                ld bc,0
                ld h,crc_table >> 8
                exx
                endm

sum_byte        macro                   ; A is added; DE' = (E' ^ table[D' ^ A])
                exx
                ld b,a
                xor d
                ld l,a
                ld a,(hl)
                xor e
                ld d,a
                inc h
                ld e,(hl)
                dec h
                ld a,b
                add a,c
                ld c,a
                exx
                endm

                console_jumps           ; this BIOS keeps BC, DE and HL

; The next byte of a block in A, or carry after a second or two of silence. Keeps HL, DE, C.
get_byte:       ld b,XM_LOST_TENTHS

; A character in A, or carry after B tenths of a second without any. Keeps HL, DE, C.
wait_char:
                push hl
wait_tenth:     ld hl,TENTH
wait_next:      call const
                or a
                jr nz,wait_got
                dec hl
                ld a,h
                or l
                jr nz,wait_next
                djnz wait_tenth
                pop hl
                scf
                ret
wait_got:       call conin
                pop hl
                or a
                ret

; Take what comes until the line has been silent for long, or for a third of one.
purge:          ld b,XM_NAK_TENTHS
                jr purge_next
purge_short:    ld b,3
purge_next:     ld c,b
purge_char:     ld b,c
                call wait_char
                jr nc,purge_char
                ret
