; CRC-32, a byte at a time by the table of crc32-table.asm.

; B bytes at HL, 0 for 256, are added; HL moves on. The sum is complemented before and after, as it is kept: 0 is that of nothing.
crc_add:        exx
                ld bc,(crc)
                ld de,(crc + 2)
                call complement
                ld h,table >> 8
                exx
crc_next:       ld a,(hl)               ; 113 T-states per byte
                inc hl
                exx
                xor c
                ld l,a
                ld a,(hl)
                xor b
                ld c,a
                inc h
                ld a,(hl)
                xor e
                ld b,a
                inc h
                ld a,(hl)
                xor d
                ld e,a
                inc h
                ld d,(hl)
                ld h,table >> 8
                exx
                djnz crc_next
                exx
                call complement
                ld (crc),bc
                ld (crc + 2),de
                exx
                ret

complement:     ld a,b
                cpl
                ld b,a
                ld a,c
                cpl
                ld c,a
                ld a,d
                cpl
                ld d,a
                ld a,e
                cpl
                ld e,a
                ret
