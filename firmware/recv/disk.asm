; The file on the disk: written as it comes, and read to prove that it is whole.

; Write what has been collected, whole records.
flush:          ld hl,buffer
flush_next:     ld de,(fill)
                or a
                sbc hl,de
                add hl,de
                jr nc,flush_end
                push hl
                ex de,hl
                ld c,F_DMA
                call BDOS
                ld c,F_WRITE
                call file
                pop hl
                or a
                jr nz,disk_full
                ld de,128
                add hl,de
                jr flush_next
flush_end:      ld hl,buffer
                ld (fill),hl
                ret

file:           ld de,fcb
                jp BDOS

; Print CRC, records and sums of the file. What a block's CRC missed, a CRC over the file misses, too; so there are two
; sums of another nature: of its bytes, and of that sum after each byte, which tells places apart (both mod 65536).
file_crc:       ld c,F_OPEN
                call file
                inc a
                ld hl,text_missing
                jp z,say_and_end
                ld de,buffer
                ld c,F_DMA
                call BDOS
                ld hl,0                 ; the CRC so far
                ld (sum),hl
                ld (records),hl
                ld (plain),hl
                ld (placed),hl
file_crc_next:  ld c,F_READ
                call file
                or a
                jr nz,file_crc_end
                ld hl,buffer
                ld bc,128
                ld de,(sum)
                call crc
                ld (sum),de
                ld de,buffer
                ld b,128
file_sum_next:  ld hl,(plain)
                ld a,(de)
                inc de
                add a,l
                ld l,a
                jr nc,file_sum_low
                inc h
file_sum_low:   ld (plain),hl
                push de
                ld de,(placed)
                add hl,de
                ld (placed),hl
                pop de
                djnz file_sum_next
                ld hl,(records)
                inc hl
                ld (records),hl
                jr file_crc_next
file_crc_end:   ld hl,text_crc
                call print
                ld hl,(sum)
                call print_word
                ld hl,(records)
                call print_next
                ld hl,(plain)
                call print_next
                ld hl,(placed)
                call print_next
                jp 0

print_next:     push hl
                ld c,' '
                call conout
                pop hl
                jr print_word
