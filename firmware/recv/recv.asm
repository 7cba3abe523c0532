; RECV.COM: XMODEM for boards that have none, on any CP/M 2.2, over the console.
;
;   RECV NAME        receive; blocks of 128 and 1024 bytes, CRC or checksum
;   RECV NAME CRC    print the file's CRC-16, its number of records and two sums, to prove that it is whole
;
;   sender                         RECV
;                             <--  C, each 3 s, 10 times; then NAK (checksum), 10 times
;   SOH n ~n 128 bytes CRC    -->
;                             <--  ACK (NAK: once more)
;   STX n ~n 1024 bytes CRC   -->
;                             <--  ACK
;   EOT                       -->
;                             <--  ACK, and "RECV: done"
;
; An existing file is not touched. After a failure (silence, ten errors on a block, a block out of order, disk
; full, CAN CAN) the part that came is erased: there is the whole file or none.
;
; The console is the line, and BDOS would look for ^S and ^C in it, so characters go through the BIOS, and all of
; it is said before the first C or after the last ACK.

                include "../shared/bios-console.inc"
                include "../shared/z80.inc"
                include "../shared/hex.inc"
                include "../shared/xmodem.inc"

BDOS:           equ 0005h
FCB1:           equ 005Ch
FCB2:           equ 006Ch
CR:             equ 0Dh
LF:             equ 0Ah

F_OPEN:         equ 15
F_CLOSE:        equ 16
F_SEARCH:       equ 17
F_DELETE:       equ 19
F_READ:         equ 20
F_WRITE:        equ 21
F_MAKE:         equ 22
F_DMA:          equ 26

REQUESTS:       equ 20
REQUESTS_CRC:   equ 10
ERRORS:         equ 10
; A round of the waiting loop takes about 150 T-states with a short BIOS: a tenth of a second at 7.37 MHz. On a
; slower CPU or behind a longer BIOS all waits are longer, which does no harm.
TENTH:          equ 5000
FLUSH_AT:       equ 8192                ; bytes collected before the disk is written

                org 100h

                needs_z80
                ld sp,stack
                find_console
                ld hl,FCB1
                ld de,fcb
                ld bc,12
                ldir
                call make_crc_table
                ld hl,text_name
                call print
                ld a,(fcb + 1)
                cp ' '
                ld hl,text_usage
                jr z,say_and_end
                ld hl,(FCB2 + 1)
                ld de,'C' + 'R' * 256
                or a
                sbc hl,de
                jp z,file_crc

                ld c,F_SEARCH
                call file
                inc a
                ld hl,text_exists
                jr nz,say_and_end
                ld c,F_MAKE
                call file
                inc a
                ld hl,text_directory
                jr z,say_and_end
                ld hl,text_ready
                call print
                jr request

say_and_end:    call print
                jp 0

                include "receive.asm"
                include "disk.asm"
                include "crc.asm"
                include "line.asm"

text_name:      db CR,LF,"RECV 2",CR,LF,0
text_usage:     db "RECV NAME [CRC]",CR,LF,0
text_exists:    db "File exists",CR,LF,0
text_directory: db "Directory full",CR,LF,0
text_missing:   db "No file",CR,LF,0
text_ready:     db "Ready",CR,LF,0
text_done:      db CR,LF,"RECV: done",CR,LF,0
text_full:      db CR,LF,"Disk full, nothing kept",CR,LF,0
text_cancelled: db CR,LF,"Cancelled, nothing kept",CR,LF,0
text_crc:       db "CRC ",0

expected:       db 1
errors:         db 0
silences:       db 0
check:          dw 2                    ; bytes behind the data: CRC, or 1: checksum
fill:           dw buffer
fcb:            ds 36

; Not in the file: what follows is set before it is read.
ram:
number:         equ ram
size:           equ ram + 1
sum:            equ ram + 3
records:        equ ram + 5
plain:          equ ram + 7
placed:         equ ram + 9
stack:          equ ram + 80
crc_table:      equ (stack + 255) & 0FF00h
buffer:         equ crc_table + 512
                end
