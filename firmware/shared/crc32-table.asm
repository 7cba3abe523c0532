; CRC-32, polynomial EDB88320h: its table of four pages at `table` (the lowest bytes, …, the highest), and its start. The sum is
; kept in the four bytes at `crc`.

make_table:     ld hl,table
table_next:     ld c,l
                ld b,0
                ld d,b
                ld e,b
                ld a,8
table_bit:      push af
                srl d
                rr e
                rr b
                rr c
                jr nc,table_zero
                ld a,d
                xor 0EDh
                ld d,a
                ld a,e
                xor 0B8h
                ld e,a
                ld a,b
                xor 83h
                ld b,a
                ld a,c
                xor 20h
                ld c,a
table_zero:     pop af
                dec a
                jr nz,table_bit
                ld (hl),c
                inc h
                ld (hl),b
                inc h
                ld (hl),e
                inc h
                ld (hl),d
                ld h,table >> 8
                inc l
                jr nz,table_next
                ret

crc_start:      push hl
                ld hl,0
                ld (crc),hl
                ld (crc + 2),hl
                pop hl
                ret
