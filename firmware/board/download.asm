; DOWNLOAD.COM: a file as text from the console, as on CP/M for CompactFlash cards.
;
;   sender                              DOWNLOAD
;   A>DOWNLOAD NAME CR
;   U0                                                  user number; may be left out
;   :                                                   an old file of that name goes now
;   256 digits, no line ends            .               a record is written; CR LF after each 64 dots
;   ...
;   > LL SS                             CR LF OK        bytes and their sum, mod 256; or an error, and the file stays
;
; The digits are not checked, nothing is echoed, it waits for ever, and ^C is not heeded. And it loses a character:
; keys are read by function 6, dots printed by function 2, which puts a key that it finds waiting aside, where
; function 6 never looks. So what comes before the dot is out loses its first character.

                include "board.inc"

; Spent on each character, so that all of it takes 0.19 ms as there.
SPENT:          equ CPU_KHZ * 43 / 26000

                org TPA

                ld sp,stack
                ld a,(FCB1 + FCB_NAME)
                cp ' '
                jr nz,wait_start
                ld de,text_no_name
                jp leave

wait_start:     call get_char
                cp ':'
                jr z,begin
                cp 'U'
                jr nz,wait_start
                call get_char
                sub '0'
                ld e,a
                ld c,32                 ; user number
                call BDOS_JUMP
                jr wait_start

begin:          ld c,19                 ; delete
                call file_call
                ld c,22                 ; make
                call file_call
                inc a
                ld de,text_full
                jp z,leave

next_record:    ld hl,TAIL
next_byte:      call get_char
                cp '>'
                jr z,finish
                call byte_of_digits
                ld (hl),a
                ld de,count
                ex de,hl
                inc (hl)
                inc hl
                add a,(hl)
                ld (hl),a
                ex de,hl
                inc l
                jr nz,next_byte
                call write_record
                jr next_record

finish:         ld a,l                  ; a part of a record, with whatever is behind it
                cp TAIL
                call nz,write_record
                ld c,16                 ; close
                call file_call
                call get_char
                call byte_of_digits
                ld hl,count
                sub (hl)
                push af
                call get_char
                call byte_of_digits
                ld hl,sum
                sub (hl)
                ld b,a
                pop af
                ld de,text_length
                jr nz,leave
                ld a,b
                or a
                ld de,text_sum
                jr nz,leave
                ld de,text_ok
leave:          ld c,9                  ; print
                call BDOS_JUMP
                jp WARM_JUMP

; Write the record at 80h, and a dot.
write_record:
                ld c,21
                call file_call
                or a
                ld de,text_full
                jr nz,leave
                ld e,'.'
                call put_char
                ld hl,dots
                inc (hl)
                ld a,(hl)
                and 3Fh
                ret nz
                ld e,CR
                call put_char
                ld e,LF
put_char:       ld c,2
                jp BDOS_JUMP

file_call:      ld de,FCB1
                jp BDOS_JUMP

; A = the byte whose first digit is in A, and whose second comes. Keeps HL.
byte_of_digits:
                call digit
                add a,a
                add a,a
                add a,a
                add a,a
                ld b,a
                push bc
                call get_char
                pop bc
                call digit
                add a,b
                ret
digit:          sub '0'
                cp 10
                ret c
                sub 'A' - '9' - 1
                ret

; A = the next character. Keeps HL.
get_char:       push hl
                ld de,SPENT
get_spend:      dec de
                ld a,d
                or e
                jr nz,get_spend
get_wait:       ld e,0FFh
                ld c,6                  ; direct console
                call BDOS_JUMP
                or a
                jr z,get_wait
                pop hl
                ret

text_no_name:   db "A name is missing$"
text_ok:        db CR,LF,"OK$"
text_sum:       db CR,LF,"======Checksum Error======$"
text_length:    db CR,LF,"======File Length Error======$"
text_full:      db CR,LF,"======Disk Full======$"

count:          db 0
sum:            db 0                    ; behind the count
dots:           db 0
                ds 64
stack:
