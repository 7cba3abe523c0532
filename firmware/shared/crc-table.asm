; Table of the CRC (x^16 + x^12 + x^5 + 1) of each byte at `crc_table`, which begins a page: a page of upper halves,
; then one of lower halves.

make_crc_table:
                ld hl,crc_table
crc_next:       ld d,l                  ; DE = byte * 256
                ld e,0
                ld b,8
crc_bit:        sla e
                rl d
                jr nc,crc_zero
                ld a,d
                xor 10h
                ld d,a
                ld a,e
                xor 21h
                ld e,a
crc_zero:       djnz crc_bit
                ld (hl),d
                inc h
                ld (hl),e
                dec h
                inc l
                jr nz,crc_next
                ret
