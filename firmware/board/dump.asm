; DUMP.COM: a file in hexadecimal, 16 bytes a line: "0010 3E 01 D3 80 ...". Any key stops it.

                include "board.inc"
                include "../shared/hex.inc"

                org TPA

                ld sp,stack
                ld c,15                 ; open
                call file_call
                inc a
                ld de,text_missing
                jr z,leave
                ld hl,0                 ; the place in the file
next_record:    push hl
                ld c,20                 ; read
                call file_call
                pop hl
                or a
                jp nz,WARM_JUMP
next_byte:      ld a,l
                and 0Fh
                jr nz,same_line
                push hl
                ld c,11                 ; status
                call BDOS_JUMP
                or a
                jr nz,stopped
                ld de,text_line
                ld c,9
                call BDOS_JUMP
                pop hl
                call print_word
same_line:      push hl
                ld e,' '
                ld c,2
                call BDOS_JUMP
                pop hl
                push hl
                ld a,l
                or 80h                  ; the record is at 80h, and 128 bytes long
                ld l,a
                ld h,0
                ld a,(hl)
                pop hl
                call print_byte
                inc hl
                ld a,l
                and 7Fh
                jr nz,next_byte
                jr next_record

stopped:        ld c,1
                call BDOS_JUMP
                jp WARM_JUMP

leave:          ld c,9
                call BDOS_JUMP
                jp WARM_JUMP

file_call:      ld de,FCB1
                jp BDOS_JUMP

                include "hex.asm"

text_missing:   db "NO INPUT FILE$"
text_line:      db CR,LF,"$"

                ds 64
stack:
