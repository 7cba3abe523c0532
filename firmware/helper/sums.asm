; Sums of records, as CRC-32.

                include "../shared/crc32-table.asm"

; A record at HL is added to the CRC; HL moves on. Keeps BC.
crc_record:     push bc
                ld b,128
                call crc_add
                pop bc
                ret

                include "../shared/crc32.asm"

; Sums of a file's records, read into memory or past it.
sums_old:       ld hl,(first)
                ld (left),hl
                ld hl,old_record
                jr sums_file
sums_disk:      ld hl,disk_record
sums_file:      push hl
                call open
                pop hl
                cp STATUS_NO_FILE
                jp z,say_byte
                jr sums_by_8

; Sums of what is in memory.
sums_groups:    call from_first
                ld a,STATUS_OK
sums_by_8:      ld b,MOST_RECORDS
                jr sums_begin
sums_records:   call from_first
                ld a,STATUS_OK
                ld b,1

; A = status, HL = what gets the next record: its address in HL, or carry. B = records to a sum.
sums_begin:     ld (source + 1),hl
                call say_byte
                ld a,b
                ld (unit),a
                ld hl,0
                ld (records),hl
                call say_word           ; is put right at the end
                xor a
                ld (sums),a
sums_next:      call dot
                call crc_start
                ld a,(unit)
                ld b,a
sums_record:    push bc
                call source
                jr c,sums_end
                call crc_record
                ld hl,(records)
                inc hl
                ld (records),hl
                pop bc
                djnz sums_record
                call say_crc
                ld hl,sums
                inc (hl)
                ld a,(hl)
                cp MOST_SUMS
                jr nz,sums_next
                jr sums_told
sums_end:       pop bc
                ld a,(unit)
                cp b
                call nz,say_crc         ; of less than a whole group
sums_told:      ld hl,(records)
                ld (answer + 3),hl
                ret

say_crc:        ld hl,(crc)
                call say_word
                ld hl,(crc + 2)
                jp say_word

source:         jp 0

from_first:     ld hl,(first)
                call place_of
                ld (place),hl
                ld hl,(count)
                ld (left),hl
                ld hl,memory_record
                ret

memory_record:  ld hl,(left)
                ld a,h
                or l
                scf
                ret z
                dec hl
                ld (left),hl
; HL = place of a record, and the next one's is behind it.
next_place:     ld hl,(place)
                push hl
                ld de,128
                add hl,de
                ld (place),hl
                pop hl
                or a
                ret
