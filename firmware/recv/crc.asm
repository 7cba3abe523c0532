; CRC-16, polynomial 1021h, a byte at a time by a table.

                include "../shared/crc-table.asm"

; DE = CRC of BC bytes at HL, going on from DE.
crc:            push bc
                ld a,d
                xor (hl)
                inc hl
                ld c,a
                ld b,crc_table >> 8
                ld a,(bc)
                xor e
                ld d,a
                inc b
                ld a,(bc)
                ld e,a
                pop bc
                dec bc
                ld a,b
                or c
                jr nz,crc
                ret
