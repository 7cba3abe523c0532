; The sums of what is in memory, for `z80lm flash` at a monitor: where reading memory back by M takes a minute, this takes less
; than a second. It is sent along, read back by M, run by G, and forgotten: the program that is flashed has the memory then.
;
;     *G F680
;     8000 3E8F9A10 4C          an address, the CRC-32 of 256 bytes or of what is left of the range, and the sum of the
;     8100 01B2C3D4 9E          characters before it, by which a damaged line is told from a wrong byte in memory
;     *                         RET
;
; What is summed stands in `ranges`, which whoever sends this fills in. The console is the monitor's, by RST 30h; it may change
; any register.

            include "../shared/hex.inc"

            org 0F680h

SCM_WRITE   equ 2               ; A to the console
SCM_LINE    equ 7               ; a new line
MOST_RANGES equ 16
table       equ 0F800h          ; of the CRC; up to the end of what is a program's, FBFFh

            jr start

ranges:     ds 4 * MOST_RANGES  ; the address and the length of each, as words
            dw 0,0              ; none

start:      call make_table
            ld hl,ranges
next_range: ld de,at
            ld bc,4
            ldir
            ld (range),hl
            ld hl,(left)
            ld a,h
            or l
            ret z

next_block: ld b,0              ; 256 bytes, or less than that
            ld a,h
            dec h
            or a
            jr nz,.whole
            ld b,l
            ld hl,0
.whole:     ld (left),hl
            xor a
            ld (check),a
            ld hl,(at)
            call print_word
            call crc_start
            call crc_add
            ld (at),hl
            call space
            ld hl,(crc + 2)
            call print_word
            ld hl,(crc)
            call print_word
            call space
            ld a,(check)
            call print_byte
            ld c,SCM_LINE
            rst 30h
            ld hl,(left)
            ld a,h
            or l
            jr nz,next_block
            ld hl,(range)
            jr next_range

space:      ld a,' '
            jr put_char

            hex_printer
; Print A, and add it to the check. Only A and the flags change.
put_char:   push bc
            push de
            push hl
            ld b,a
            ld hl,check
            add a,(hl)
            ld (hl),a
            ld a,b
            ld c,SCM_WRITE
            rst 30h
            pop hl
            pop de
            pop bc
            ret

            include "../shared/crc32-table.asm"
            include "../shared/crc32.asm"

image_end:
            assert image_end + 11 <= table

; Not sent.
at:         equ image_end       ; the next block, and bytes left from there; these two as they are in `ranges`
left:       equ image_end + 2
range:      equ image_end + 4   ; the next one
crc:        equ image_end + 6
check:      equ image_end + 10
            end
