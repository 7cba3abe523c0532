; RECV.COM: XMODEM for boards that have none, on any CP/M 2.2, over the console.
;
;   RECV NAME        receive; blocks of 128 and 1024 bytes, CRC or checksum
;   RECV NAME CRC    print the file's CRC-16 and its number of records, to prove that it is whole
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

BIOS:           equ 0001h               ; the word here points at the second entry of the BIOS table
BDOS:           equ 0005h
FCB1:           equ 005Ch
FCB2:           equ 006Ch
CR:             equ 0Dh
LF:             equ 0Ah

SOH:            equ 01h
STX:            equ 02h
EOT:            equ 04h
ACK:            equ 06h
NAK:            equ 15h
CAN:            equ 18h

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

                ld sp,stack
                ld hl,(BIOS)
                ld l,6
                ld (const + 1),hl
                ld l,9
                ld (conin + 1),hl
                ld l,12
                ld (conout + 1),hl
                ld hl,FCB1
                ld de,fcb
                ld bc,12
                ldir
                call make_table
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

; ---------------------------------------------------------------------------------------------------------
; Receive

silence:        ld hl,silences          ; no block in time
                inc (hl)
                ld a,(hl)
                cp REQUESTS
                jp z,give_up
                ld a,(expected)
                dec a
                ld c,NAK                ; for a block that got lost
                jr nz,ask
                ld a,(silences)
                cp REQUESTS_CRC
                jr nz,request
                ld a,1                  ; perhaps the sender knows only checksums
                ld (check),a
request:        ld c,'C'
                ld a,(check)
                dec a
                jr nz,ask
                ld c,NAK
ask:            call conout
                ld b,30                 ; 3 s
                call wait
                jr c,silence
                cp SOH
                ld bc,128
                jr z,block
                cp STX
                ld bc,1024
                jr z,block
                cp EOT
                jp z,end_of_file
                cp CAN
                jr nz,damaged
                ld b,30                 ; a second one, or it was noise
                call wait
                cp CAN
                jp z,cancelled

damaged:        ld b,2                  ; let what is on the way pass by
                call wait
                jr nc,damaged
                ld hl,errors
                inc (hl)
                ld a,(hl)
                cp ERRORS
                jp z,give_up
                ld c,NAK
                jr ask

; BC = size. Number, complement, data and CRC, straight to where the data belongs.
block:          ld (size),bc
                call byte
                jr c,damaged
                ld (number),a
                call byte
                jr c,damaged
                ld hl,number
                add a,(hl)
                inc a                   ; n + ~n = FFh
                jr nz,damaged
                ld bc,(size)
                ld hl,(check)
                add hl,bc
                ld b,h
                ld c,l
                ld hl,(fill)
block_next:     push bc
                call byte
                pop bc
                jr c,damaged
                ld (hl),a
                inc hl
                dec bc
                ld a,b
                or c
                jr nz,block_next
                ld bc,(size)
                ld hl,(fill)
                ld de,0
                ld a,(check)
                dec a
                jr z,block_sum
                inc bc
                inc bc
                call crc                ; over data and CRC it comes to 0
                ld a,d
                or e
                jr block_judged
block_sum:      ld a,e
                add a,(hl)
                ld e,a
                cpi                     ; on, and P/V tells whether there is more
                jp pe,block_sum
                ld a,e
                cp (hl)
block_judged:   jr nz,damaged

                ld a,(expected)
                ld b,a
                ld a,(number)
                cp b
                jr z,news
                inc a                   ; the last one again: our ACK was lost
                cp b
                jr nz,give_up
                jr acknowledge
news:           ld hl,expected
                inc (hl)
                ld hl,(fill)
                ld bc,(size)
                add hl,bc
                ld (fill),hl
                ld de,buffer + FLUSH_AT
                or a
                sbc hl,de
                call nc,flush
acknowledge:    xor a
                ld (errors),a
                ld (silences),a
                ld c,ACK
                jp ask

end_of_file:    ld b,1                  ; alone, or the damaged head of a block
                call wait
                jp nc,damaged
                call flush
                ld c,F_CLOSE
                call file
                inc a
                jr z,disk_full
                ld c,ACK
                call conout
                ld hl,text_done
                jp say_and_end

; ---------------------------------------------------------------------------------------------------------
; Failures: CAN CAN to the sender, nothing left on the disk

disk_full:      ld sp,stack
                ld hl,text_full
                jr fail
cancelled:
give_up:        ld hl,text_cancelled
fail:           push hl
                ld c,CAN
                call conout
                ld c,CAN
                call conout
                ld c,F_CLOSE            ; the directory must know the blocks to free them
                call file
                ld c,F_DELETE
                call file
fail_quiet:     ld b,5                  ; a sender in the middle of a block stops first
                call wait
                jr nc,fail_quiet
                pop hl
                jp say_and_end

; ---------------------------------------------------------------------------------------------------------
; Disk

; Write what has been collected, whole records.
flush:          ld hl,buffer
flush_next:     ld de,(fill)
                or a
                sbc hl,de
                add hl,de
                jr nc,flush_end
                push hl
                ex de,hl
                ld c,F_DMA
                call BDOS
                ld c,F_WRITE
                call file
                pop hl
                or a
                jr nz,disk_full
                ld de,128
                add hl,de
                jr flush_next
flush_end:      ld hl,buffer
                ld (fill),hl
                ret

file:           ld de,fcb
                jp BDOS

; Print CRC and records of the file.
file_crc:       ld c,F_OPEN
                call file
                inc a
                ld hl,text_missing
                jp z,say_and_end
                ld de,buffer
                ld c,F_DMA
                call BDOS
                ld hl,0                 ; the CRC so far
                ld (sum),hl
                ld (records),hl
file_crc_next:  ld c,F_READ
                call file
                or a
                jr nz,file_crc_end
                ld hl,buffer
                ld bc,128
                ld de,(sum)
                call crc
                ld (sum),de
                ld hl,(records)
                inc hl
                ld (records),hl
                jr file_crc_next
file_crc_end:   ld hl,text_crc
                call print
                ld hl,(sum)
                call print_hex
                ld c,' '
                call conout
                ld hl,(records)
                call print_hex
                jp 0

; ---------------------------------------------------------------------------------------------------------
; CRC-16, polynomial 1021h, by a table of high and a table of low bytes

make_table:     ld hl,table
make_next:      ld d,l                  ; DE = index * 256
                ld e,0
                ld b,8
make_bit:       sla e
                rl d
                jr nc,make_no
                ld a,d
                xor 10h
                ld d,a
                ld a,e
                xor 21h
                ld e,a
make_no:        djnz make_bit
                ld (hl),d
                inc h
                ld (hl),e
                dec h
                inc l
                jr nz,make_next
                ret

; DE = CRC of BC bytes at HL, going on from DE.
crc:            push bc
                ld a,d
                xor (hl)
                inc hl
                ld c,a
                ld b,table >> 8
                ld a,(bc)
                xor e
                ld d,a
                inc b
                ld a,(bc)
                ld e,a
                pop bc
                dec bc
                ld a,b
                or c
                jr nz,crc
                ret

; ---------------------------------------------------------------------------------------------------------
; The line

byte:           ld b,10                 ; within a block: 1 s
; A = the next character, or carry after B tenths of a second. HL stays.
wait:           ld de,TENTH
wait_on:        push bc
                push de
                push hl
                call const
                pop hl
                pop de
                pop bc
                or a
                jr nz,wait_take
                dec de
                ld a,d
                or e
                jr nz,wait_on
                djnz wait
                scf
                ret
wait_take:      push hl
                call conin
                pop hl
                or a
                ret

const:          jp 0
conin:          jp 0
conout:         jp 0

print:          ld a,(hl)
                or a
                ret z
                push hl
                ld c,a
                call conout
                pop hl
                inc hl
                jr print

print_hex:      ld a,h                  ; HL, four digits
                call print_byte
                ld a,l
print_byte:     push af
                rrca
                rrca
                rrca
                rrca
                call print_digit
                pop af
print_digit:    and 0Fh
                add a,90h               ; 0-9, A-F
                daa
                adc a,40h
                daa
                ld c,a
                push hl
                call conout
                pop hl
                ret

text_name:      db CR,LF,"RECV 1",CR,LF,0
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
stack:          equ ram + 80
table:          equ (stack + 255) & 0FF00h
buffer:         equ table + 512
                end
