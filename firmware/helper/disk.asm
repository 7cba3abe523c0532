; The disk. No function of BDOS here looks at the console.

file:           ld de,fcb
                jp BDOS

; A = STATUS_OK, or STATUS_READ_ONLY, or STATUS_NO_FILE.
open:           ld c,F_OPEN
                call file
                inc a
                ld a,STATUS_NO_FILE
                ret z
                ld a,(fcb + 9)          ; bit 7 of the type's first letter
                rlca
                and STATUS_READ_ONLY
                ret

; The next record of the file, into memory while there are some left.
old_record:     call memory_record
                ret c
                jr read
; The same, to where it disturbs nothing.
disk_record:    ld hl,0080h
read:           push hl
                ex de,hl
                ld c,F_DMA
                call BDOS
                ld c,F_READ
                call file
                pop hl
                or a
                ret z
                scf
                ret

; Write `first` records of memory.
write:          ld hl,fcb
                ld de,temporary
                ld bc,12
                ldir
                call erase
                ld a,1
                ld (made),a
                ld c,F_MAKE
                call file
                inc a
                ld a,STATUS_DIRECTORY
                jr z,write_end
write_next:     ld hl,(first)
                ld a,h
                or l
                jr z,write_close
                dec hl
                ld (first),hl
                ld a,l
                and 7
                call z,dot
                call next_place
                ex de,hl
                ld c,F_DMA
                call BDOS
                ld c,F_WRITE
                call file
                or a
                jr z,write_next
                ld c,F_CLOSE            ; the directory must know the blocks to free them
                call file
                ld a,STATUS_DISK
write_failed:   push af
                call use_temporary
                call erase
                pop af
                jr write_end
write_close:    ld c,F_CLOSE
                call file
                inc a
                ld a,STATUS_CLOSE
                jr z,write_failed
                xor a
write_end:      jp say_byte

; The file makes room, and what was written gets its name.
place_file:     xor a                   ; from here on it is not for erasing
                ld (made),a
                call erase
                ld hl,fcb
                ld de,fcb + 16
                ld bc,12
                ldir
                ld hl,temporary
                ld de,fcb
                ld c,12
                ldir
                ld c,F_RENAME
                call file
                inc a
                ld a,STATUS_NO_FILE
                jr z,write_end
                xor a
                jr write_end

use_temporary:  ld hl,temporary
                ld de,fcb
                ld bc,12
                ldir
                ret

; Erase the file if it is there. A disk that is read-only has it not.
erase:          ld de,0080h             ; where the directory's record goes
                ld c,F_DMA
                call BDOS
                ld c,F_SEARCH
                call file
                inc a
                ret z
                ld c,F_DELETE
                jp file
