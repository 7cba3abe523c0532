; CRC-32, polynomial EDB88320h, a byte at a time by a table of four pages: the lowest bytes, …, the highest.

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

; A record at HL is added to the CRC; HL moves on. Keeps BC.
crc_record:     push bc
                ld b,128
                call crc_add
                pop bc
                ret

; The same with B bytes, 0 for 256. The sum is complemented before and after, as it is kept: 0 is that of nothing.
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
