; PIP.COM, the one thing that people need without any receiver: PIP NAME=CON: makes a file of what is typed, up to
; ^Z. Every character is echoed as it comes; a line wants CR and LF.

                include "board.inc"

                org TPA

                ld sp,stack
                ld hl,TAIL + 1
find_equals:    ld a,(hl)
                inc hl
                or a
                jr z,usage
                cp '='
                jr nz,find_equals
                ld de,text_source
                ld b,4
compare:        ld a,(de)
                cp (hl)
                jr nz,usage
                inc de
                inc hl
                djnz compare
                ld a,(FCB1 + FCB_NAME)
                cp ' '
                jr z,usage

                ld c,19                 ; delete
                call file_call
                ld c,22                 ; make
                call file_call
                inc a
                jr z,full
next_record:    ld hl,TAIL
next_char:      push hl
                ld c,1                  ; console input, with echo
                call BDOS_JUMP
                pop hl
                cp EOF_CHAR
                jr z,finish
                ld (hl),a
                inc l
                jr nz,next_char
                call write_record
                jr next_record

finish:         ld (hl),EOF_CHAR        ; the rest of the record
                inc l
                jr nz,finish
                call write_record
                ld c,16                 ; close
                call file_call
                jp WARM_JUMP

write_record:   ld c,21
                call file_call
                or a
                ret z
                ld c,16
                call file_call
                ld c,19
                call file_call
full:           ld de,text_full
                jr leave

usage:          ld de,text_usage
leave:          ld c,9
                call BDOS_JUMP
                jp WARM_JUMP

file_call:      ld de,FCB1
                jp BDOS_JUMP

text_source:    db "CON:"
text_usage:     db "Here PIP does only NAME=CON:$"
text_full:      db CR,LF,"DISK WRITE ERROR$"

                ds 64
stack:
