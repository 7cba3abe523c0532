; LOAD.COM: LOAD NAME makes NAME.COM of the Intel HEX in NAME.HEX.
;
;   FIRST ADDRESS 0100
;   LAST  ADDRESS 04FF
;   BYTES READ    0400
;   RECORDS WRITTEN 08

                include "board.inc"
                include "../shared/hex.inc"

LIMIT:          equ 0C000h              ; the end of what is collected from `image` on

                org TPA

                ld sp,stack
                ld hl,type_hex
                call set_type
                ld c,15                 ; open
                call file_call
                inc a
                ld de,text_missing
                jp z,leave
                ld hl,image             ; what no record tells is zero
                ld de,image + 1
                ld bc,LIMIT - image - 1
                ld (hl),0
                ldir

next_record:    call get_char
                cp EOF_CHAR
                jr z,finish
                cp ':'
                jr nz,next_record
                hex_record_head
                ld (address),hl
                call hex_byte           ; type, of which only 1 matters
                ld c,a
                ld a,e
                or a
                jr z,finish
                dec c
                jr z,finish
                ld bc,TPA
                or a
                sbc hl,bc
                jr c,bad_address
                ld bc,image
                add hl,bc
next_byte:      ld a,h
                cp LIMIT >> 8
                jr nc,bad_address
                call hex_byte
                ld (hl),a
                inc hl
                ld bc,(bytes)
                inc bc
                ld (bytes),bc
                dec e
                jr nz,next_byte
                call hex_byte           ; the sum
                ld a,d
                or a
                ld de,text_checksum
                jr nz,bad_record
                ld de,(last)
                push hl
                or a
                sbc hl,de
                pop hl
                jr c,next_record
                ld (last),hl
                jr next_record

bad_address:    ld de,text_address
bad_record:     call print
                ld hl,(address)
                call print_word
                jp WARM_JUMP

finish:         ld hl,type_com
                call set_type
                ld c,19                 ; delete
                call file_call
                ld c,22                 ; make
                call file_call
                inc a
                jr z,full
                ld de,image
write_next:     ld hl,(last)
                or a
                sbc hl,de
                jr c,written
                jr z,written
                push de
                ld c,26                 ; set DMA
                call BDOS_JUMP
                ld c,21                 ; write
                call file_call
                pop hl
                or a
                jr nz,full
                ld de,128
                add hl,de
                ex de,hl
                ld hl,records
                inc (hl)
                jr write_next
written:        ld c,16                 ; close
                call file_call
                ld de,text_first
                call print
                ld hl,TPA
                call print_word
                ld de,text_last
                call print
                ld hl,(last)
                ld de,TPA - 1 - image
                add hl,de
                call print_word
                ld de,text_bytes
                call print
                ld hl,(bytes)
                call print_word
                ld de,text_records
                call print
                ld a,(records)
                call print_byte
                jp WARM_JUMP

full:           ld de,text_full
leave:          call print
                jp WARM_JUMP

                include "hex.asm"

                hex_byte_reader get_digit
get_digit:      call get_char
                sub '0'
                cp 10
                ret c
                sub 'A' - '9' - 1
                cp 10
                jr c,bad_digit
                cp 16
                ret c
bad_digit:      ld de,text_digit
                jp bad_record

; A = the next character of the file. Keeps BC, DE and HL.
get_char:       push hl
                ld hl,next_char
                inc (hl)
                call z,read_record
                ld h,TAIL >> 8
                ld a,(next_char)
                ld l,a
                ld a,(hl)
                pop hl
                ret
read_record:    ld (hl),TAIL
                push bc
                push de
                ld c,20                 ; read
                call file_call
                pop de
                pop bc
                or a
                ret z
                ld a,EOF_CHAR           ; the file ended without one
                ld (TAIL),a
                ret

set_type:       ld de,FCB1 + FCB_TYPE
                ld bc,3
                ldir
                ld b,FCB_R2 - FCB_EX + 1
                ex de,hl
set_zero:       ld (hl),0
                inc hl
                djnz set_zero
                ret

file_call:      ld de,FCB1
                jp BDOS_JUMP

print:          ld c,9
                jp BDOS_JUMP

type_hex:       db "HEX"
type_com:       db "COM"
text_missing:   db "CANNOT OPEN SOURCE$"
text_full:      db "DISK WRITE ERROR$"
text_checksum:  db "ERROR: CHECK SUM ERROR, LOAD ADDRESS $"
text_digit:     db "ERROR: INVALID HEX DIGIT, LOAD ADDRESS $"
text_address:   db "ERROR: INVERTED LOAD ADDRESS, LOAD ADDRESS $"
text_first:     db CR,LF,"FIRST ADDRESS $"
text_last:      db CR,LF,"LAST  ADDRESS $"
text_bytes:     db CR,LF,"BYTES READ    $"
text_records:   db CR,LF,"RECORDS WRITTEN $"

next_char:      db 0FFh                 ; its place in page zero; 0: read a record first
bytes:          dw 0
records:        db 0
address:        dw 0
last:           dw image                ; behind the last byte
                ds 64
stack:
image:
