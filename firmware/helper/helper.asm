; Z80LMH.COM: the board's half of a flash, for `z80lm flash --helper`. It takes a program into memory as fast as the line
; brings it, writes it, and tells the CRC-32 (EDB88320h, as in zip) of each group of records, so that what is on the disk
; is proven without sending it back, and what is the same is not sent at all.
;
;   flash                                  Z80LMH
;                                     <--  CR LF "Z80LMH 1" CR LF
;   A5 00 number check, 16 bytes, CRC -->                          a request
;                                     <--  .                       heard; then one for each group it is at work on
;                                     <--  5A A5 number, length, answer, CRC
;   A5 n record check, n x 128 bytes  -->                          data, n = 1..8, to its place in memory
;                                     <--  .
;   …                                                              as many as there are, without waiting
;
; A frame of data has no sum of its own: the sums of what is in memory are asked for, and what is wrong is sent again. A
; request that comes twice is answered twice and done once. `?` says that something came that was no frame.
;
;   request   its bytes                                     answer
;   0 HELLO                                                 version, CRC of this program (4), records that memory holds (2)
;   1 OLD     file, most records (2)                        status, records (2), CRC of each 8: read into memory
;   2 DISK    file                                          the same of all of it; memory stays as it is
;   3 GROUPS  first record (2), records (2)                 status, records (2), CRC of each 8 in memory
;   4 RECORDS the same                                      CRC of each record
;   5 WRITE   file, records (2)                             status: memory is written to the disk
;   6 PLACE   file                                          status: it is erased, and what was written gets its name
;   7 END     file                                          none: the file is erased if it is there; then the prompt
;
; CAN, a pause, CAN ends it at any time, and so does silence; then what was written and not put in its place is erased.

                include "../shared/bios-console.inc"
                include "../shared/z80.inc"

BDOS:           equ 0005h
CR:             equ 0Dh
LF:             equ 0Ah
CAN:            equ 18h

F_OPEN:         equ 15
F_CLOSE:        equ 16
F_SEARCH:       equ 17
F_DELETE:       equ 19
F_READ:         equ 20
F_WRITE:        equ 21
F_MAKE:         equ 22
F_RENAME:       equ 23
F_DMA:          equ 26

VERSION:        equ 1
SYNC:           equ 0A5h
ANSWER_SYNC:    equ 5Ah
HEADER_SUM:     equ 5Ah                 ; the four bytes behind SYNC, exclusive or
MOST_RECORDS:   equ 8                   ; in a frame, and in a group
MOST_SUMS:      equ 60                  ; in an answer, whose length is a byte
REQUEST_SIZE:   equ 20                  ; with its CRC

STATUS_OK:      equ 0
STATUS_READ_ONLY: equ 1
STATUS_NO_FILE: equ 2
STATUS_DIRECTORY: equ 3                 ; it is full
STATUS_DISK:    equ 4                   ; it is full
STATUS_CLOSE:   equ 5

; A round of the waiting loop takes about 120 T-states with a short BIOS: a tick is 0.05 s at 7.37 MHz. On a slower CPU or
; behind a longer BIOS all waits are longer, which does no harm; behind RomWBW's a tick is 0.6 s.
TICK:           equ 3000
PATIENCE:       equ 200                 ; ticks without a frame: 10 s

                org 100h

                needs_z80
                ld sp,stack
                call make_table
                ld hl,100h              ; before any of it is changed
                ld b,(image_end - 100h) / 128
                call crc_start
crc_self:       call crc_record
                djnz crc_self
                ld hl,(crc)
                ld (self),hl
                ld hl,(crc + 2)
                ld (self + 2),hl
                find_console
                ld a,(0007h)            ; memory ends at the BDOS's page
                sub buffer >> 8
                ld l,a
                ld h,0
                add hl,hl               ; two records in each page
                ld (capacity),hl
                xor a
                ld (last),a
                ld (made),a
                ld hl,text_name
                call print
                jr good

                include "line.asm"
                include "requests.asm"
                include "sums.asm"
                include "disk.asm"

text_name:      db CR,LF,"Z80LMH 1",CR,LF,0
text_done:      db CR,LF,"Z80LMH: done",CR,LF,0
text_ended:     db CR,LF,"Z80LMH: ended, nothing kept",CR,LF,0

                ds (128 - ($ & 127)) & 127      ; whole records, so that its CRC is that of its file
image_end:

; Not in the file: what follows is set before it is read.
ram:            equ image_end
self:           equ ram                 ; CRC of this program
capacity:       equ ram + 4
crc:            equ ram + 6
last:           equ ram + 10            ; number of the last request
made:           equ ram + 11            ; a file of ours is on the disk: `temporary`
cans:           equ ram + 12
junk:           equ ram + 13
silences:       equ ram + 14
frame:          equ ram + 15            ; where its data begins
place:          equ ram + 17            ; of the next record
left:           equ ram + 19            ; records
records:        equ ram + 21
unit:           equ ram + 23            ; records to a sum
sums:           equ ram + 24            ; how many were told
next_sum:       equ ram + 25            ; where the next one goes
header:         equ ram + 27            ; of a frame: count, record, check
temporary:      equ ram + 32            ; drive and name
fcb:            equ ram + 44
stack:          equ ram + 220
table:          equ (stack + 255) & 0FF00h
request:        equ table + 1024 + 128 - REQUEST_SIZE
answer:         equ table + 1024 + 256  ; number, length, what is said, CRC
buffer:         equ answer + 512

; In `request`
number:         equ request
function:       equ request + 1
first:          equ request + 2
count:          equ request + 4         ; of records; first and count are one word each
name:           equ request + 4         ; drive and name; `first` then says how many records
                end
