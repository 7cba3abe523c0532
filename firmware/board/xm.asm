; XM.COM: XMODEM for the virtual board, on the line as RomWBW's XM is.
;
;   XM R NAME    receive; asks with "CK"        XM RX NAME   asks with C
;   XM RC NAME   asks with NAK (checksum)       XM S NAME    send
;
;   sender              XM                          sender        XM S
;                 <--  C, CK or NAK, each 5 s        C or NAK -->
;   SOH n ~n 128 ck -->                                       <-- SOH n ~n 128 ck
;                 <--  ACK (NAK: once more)          ACK      -->
;   STX n ~n 1024 ck -->
;                 <--  ACK                                    <-- EOT
;   EOT           -->                                ACK      -->
;                 <--  ACK
;
; Blocks are collected to 16 KB, then written, and only then is the last of them acknowledged. The console is the
; line that the file comes in by, so everything goes through the BIOS: at 115200 baud a byte comes each 640
; T-states, of which reading it from the ring, CRC and checksum take about 370 and its interrupt 220.

                include "board.inc"

SOH:            equ 01h
STX:            equ 02h
EOT:            equ 04h
ACK:            equ 06h
NAK:            equ 15h
CAN:            equ 18h

BUFFER_RECORDS: equ 128                 ; 16 KB are written at once
REQUEST_TENTHS: equ 50                  ; 5 s between requests,
REQUESTS_CRC:   equ 15                  ; of which so many ask for CRC,
REQUESTS:       equ 20                  ; and after so many XM gives up
ERRORS:         equ 10                  ; on one block
ERRORS_CRC:     equ 5                   ; after so many the next are taken for checksum blocks
SEND_TENTHS:    equ 100                 ; for the receiver's answer,
EOT_TENTHS:     equ 20                  ; and for that to EOT, which some receivers lose by leaving at once
BYTE_TENTHS:    equ 10                  ; between two bytes of a block, and of silence before a NAK

; The wait loop takes 102 T-states a round.
TENTH:          equ CPU_KHZ * 100 / 102
; A look at the operator's key comes so long after each ACK, in rounds of 26 T-states: 0.4 ms.
LOOK:           equ CPU_KHZ * 4 / 260
; XM_BYTE_US: so many microseconds are wasted on each byte, to be as slow as other boards' receivers.
BYTE_ROUNDS:    equ CPU_KHZ * XM_BYTE_US / 26000

                org TPA

                ld sp,stack
                ld hl,(WARM_JUMP + 1)   ; the BIOS table: console status, input, output
                ld l,6
                ld (const + 1),hl
                ld l,9
                ld (conin + 1),hl
                ld l,12
                ld (conout + 1),hl
                ld hl,FCB2
                ld de,fcb
                ld bc,12
                ldir
                ld hl,text_name
                call print
                ld a,(fcb + FCB_NAME)
                cp ' '
                jr z,usage
                ld hl,FCB1 + FCB_NAME
                ld a,(hl)
                inc hl
                ld c,(hl)               ; the letter after R
                cp 'S'
                jp z,send
                cp 'R'
                jr nz,usage
                ld a,c
                ld hl,request_ck
                cp ' '
                jr z,receive
                ld hl,request_c
                cp 'X'
                jr z,receive
                ld hl,request_nak
                cp 'C'
                jr z,receive
usage:          ld hl,text_usage
finish:         call print
                jp WARM_JUMP

request_ck:     db "CK",0
request_c:      db "C",0
request_nak:    db NAK,0

; ---------------------------------------------------------------------------------------------------------
; Receive. HL = the request to send.

receive:
                ld (request),hl
                ld a,(hl)
                cp NAK
                ld a,0
                jr z,receive_crc
                inc a
receive_crc:    ld (crc_mode),a
                call make_crc_table
                ld hl,text_receiving
                call print
                call print_file
                ld c,17                 ; search
                call file_call
                inc a
                ld hl,text_exists
                jr nz,finish
                ld c,22                 ; make
                call file_call
                inc a
                ld hl,text_directory
                jr z,finish
                ld a,(fcb)
                call free_space
                call print_number
                ld hl,text_ready
                call print

                xor a
                ld (tries),a
                ld (errors),a
                ld (any_block),a
                inc a
                ld (expected),a
                ld hl,buffer
                ld (fill),hl

header:                                 ; what comes next?
                ld b,REQUEST_TENTHS
                call wait_char
                jr c,header_silence
header_char:    cp SOH
                ld bc,128
                jp z,block
                cp STX
                ld bc,1024
                jp z,block
                cp EOT
                jp z,end_of_file
                cp CAN
                jr z,header_cancel
                jr block_bad

header_cancel:                          ; the operator: a second one within 5 s, and it's over
                ld b,REQUEST_TENTHS
                call wait_char
                jr c,header
                cp CAN
                jr nz,header_char
                jp cancelled

header_silence:
                ld hl,tries
                inc (hl)
                ld a,(hl)
                cp REQUESTS
                jp z,cancelled
                ld b,a
                ld a,(any_block)
                or a
                jr nz,send_nak
                ld a,b
                cp REQUESTS_CRC + 1
                jr nz,send_request
                ld hl,request_nak       ; perhaps the sender knows only checksums
                ld (request),hl
                xor a
                ld (crc_mode),a
send_request:   ld hl,(request)
                call print
                jr header

; Something was wrong with the block: wait until the line is silent, and ask for it again.
block_bad:
                call purge
block_lost:     ld hl,errors
                inc (hl)
                ld a,(hl)
                cp ERRORS
                jp z,aborted
                cp ERRORS_CRC
                jr nz,block_again
                xor a
                ld (crc_mode),a
block_again:    ld a,(any_block)
                or a
                jr z,send_request
send_nak:       ld c,NAK
                call conout
                jr header

; A block of BC bytes of data.
block:
                ld (length),bc
                call get_byte
                jr c,block_lost
                ld (number),a
                call get_byte
                jr c,block_lost
                cpl
                ld hl,number
                cp (hl)
                jr nz,block_bad
                exx
                ld de,0                 ; CRC
                ld bc,0                 ; C = checksum
                ld h,crc_table >> 8
                exx
                ld hl,(fill)
                ld bc,(length)
block_byte:     call const
                or a
                jp z,block_wait
                call conin
block_take:     ld (hl),a
                inc hl
                exx
                ld b,a
                xor d
                ld l,a
                ld a,(hl)
                xor e
                ld d,a
                inc h
                ld e,(hl)
                dec h
                ld a,b
                add a,c
                ld c,a
                exx
                if XM_BYTE_US
                ld de,BYTE_ROUNDS
block_slow:     dec de
                ld a,d
                or e
                jr nz,block_slow
                endif
                dec bc
                ld a,b
                or c
                jr nz,block_byte
                ld (block_end),hl

                call get_byte
                jr c,block_lost
                ld hl,crc_mode
                bit 0,(hl)
                jr z,block_sum
                exx
                cp d
                exx
                jp nz,block_bad
                call get_byte
                jp c,block_lost
                exx
                cp e
                exx
                jp nz,block_bad
                jr block_good
block_sum:      exx
                cp c
                exx
                jp nz,block_bad

block_good:
                ld a,(number)
                ld hl,expected
                cp (hl)
                jr z,block_new
                inc a
                cp (hl)
                jp nz,aborted
                jr acknowledge          ; the last one again: our ACK was lost
block_new:      inc (hl)
                ld a,1
                ld (any_block),a
                ld hl,(block_end)
                ld (fill),hl
                ld de,buffer + BUFFER_RECORDS * 128
                or a
                sbc hl,de
                jr c,acknowledge
                call flush
                jp nz,write_failed
acknowledge:
                xor a
                ld (errors),a
                ld (tries),a
                ld c,ACK
                call conout
; Has the operator typed the key to cancel? The console is the line, so a sender that is too quick with the next
; block loses its first byte here.
                ld hl,LOOK
look_wait:      dec hl
                ld a,h
                or l
                jr nz,look_wait
                call const
                or a
                jp z,header
                call conin
                cp CAN
                jp nz,header
                jp header_cancel

block_wait:     ld d,b                  ; B is the wait's
                ld b,BYTE_TENTHS
                call wait_char
                ld b,d
                jp c,block_lost
                jp block_take

end_of_file:
                ld a,(any_block)
                or a
                jr z,cancelled
                call flush
                jr nz,write_failed
                ld c,16                 ; close
                call file_call
                inc a
                jr z,write_failed
                ld c,ACK
                call conout
                ld hl,text_thanks
                jp finish

; Write what the buffer holds. NZ if the disk is full.
flush:
                ld de,buffer
flush_next:     ld hl,(fill)
                or a
                sbc hl,de
                jr z,flush_done
                push de
                ld c,26                 ; set DMA
                call BDOS_JUMP
                ld c,21                 ; write
                call file_call
                pop de
                or a
                ret nz
                ld hl,128
                add hl,de
                ex de,hl
                jr flush_next
flush_done:     ld hl,buffer
                ld (fill),hl
                xor a
                ret

write_failed:   ld hl,text_full
                call print
cancelled:      call purge_short
                ld c,16
                call file_call
                ld c,19                 ; delete
                call file_call
                ld hl,text_cancelled
                jp finish

aborted:        call purge
                ld c,CAN
                call conout
                call purge
                call flush
                ld c,16
                call file_call
                ld hl,text_aborted
                jp finish

                include "xm-send.asm"

; ---------------------------------------------------------------------------------------------------------
; The line

const:          jp 0                    ; to the BIOS, filled in at the start
conin:          jp 0
conout:         jp 0

; The next byte of a block in A, or carry after a second of silence. Keeps HL, DE, C.
get_byte:       ld b,BYTE_TENTHS

; A character in A, or carry after B tenths of a second without any. Keeps HL, DE, C.
wait_char:
                push hl
wait_tenth:     ld hl,TENTH
wait_next:      call const
                or a
                jr nz,wait_got
                dec hl
                ld a,h
                or l
                jr nz,wait_next
                djnz wait_tenth
                pop hl
                scf
                ret
wait_got:       call conin
                pop hl
                or a
                ret

; Take what comes until the line has been silent for a second, or for a third of one.
purge:          ld b,BYTE_TENTHS
                jr purge_next
purge_short:    ld b,3
purge_next:     ld c,b
purge_char:     ld b,c
                call wait_char
                jr nc,purge_char
                ret

; ---------------------------------------------------------------------------------------------------------
; Helpers

; Table of the CRC (x^16 + x^12 + x^5 + 1) of each byte: a page of upper halves, then one of lower halves.
make_crc_table:
                ld hl,crc_table
crc_next:       ld d,l                  ; DE = byte * 256
                ld e,0
                ld b,8
crc_bit:        sla e
                rl d
                jr nc,crc_zero
                ld a,d
                xor 10h
                ld d,a
                ld a,e
                xor 21h
                ld e,a
crc_zero:       djnz crc_bit
                ld (hl),d
                inc h
                ld (hl),e
                dec h
                inc l
                jr nz,crc_next
                ret

file_call:      ld de,fcb
                jp BDOS_JUMP

; The file as A0:NAME.TYP, and a new line.
print_file:
                ld a,(fcb)
                dec a
                jp p,print_drive
                ld c,25
                call BDOS_JUMP
print_drive:    add a,'A'
                ld c,a
                call conout
                ld e,0FFh
                ld c,32                 ; user number
                call BDOS_JUMP
                ld l,a
                ld h,0
                call print_number
                ld c,':'
                call conout
                ld hl,fcb + FCB_NAME
                ld b,8
                call print_part
                ld c,'.'
                call conout
                ld hl,fcb + FCB_TYPE
                ld b,3
                call print_part
                ld hl,text_line
                jr print
print_part:     ld a,(hl)
                inc hl
                cp ' '
                ld c,a
                call nz,conout
                djnz print_part
                ret

                include "common.asm"

text_name:      db CR,LF,"XM for the z80lm virtual board",CR,LF,"(CRC and checksum, blocks of 128 and 1024)"
text_line:      db CR,LF,0
text_usage:     db CR,LF,"XM R NAME   receive (RX: asks with C, RC: checksum)",CR,LF
                db "XM S NAME   send",CR,LF,0
text_receiving: db CR,LF,"Receiving: ",0
text_exists:    db CR,LF,"++ File exists, use a different name ++",CR,LF,0
text_directory: db CR,LF,"++ Can't make file - directory may be full ++",CR,LF,0
text_ready:     db "k available for uploads",CR,LF,"File open - ready to receive",CR,LF
                db "To cancel: Ctrl-X, pause, Ctrl-X",CR,LF,0
text_thanks:    db CR,LF,"Thanks for the upload",CR,LF,0
text_full:      db CR,LF,"++ Error writing file ++",0
text_cancelled: db CR,LF,CR,LF,"++ Receive cancelled ++",CR,LF,"++ Partial file deleted ++",CR,LF,0
text_aborted:   db CR,CR,LF,"++ XMODEM aborted ++",CR,LF,0
text_sending:   db CR,LF,"Sending: ",0
text_missing:   db CR,LF,"++ File not found ++",CR,LF,0
text_size:      db "File size: ",0
text_records:   db " records (",0
text_cancel:    db "k)",CR,LF,"To cancel: Ctrl-X, pause, Ctrl-X",CR,LF,0
text_send_cancelled:
                db CR,LF,CR,LF,"++ Send cancelled ++",CR,LF,0

; The FCB is part of the file, so that it begins as zeros.
fcb:            db 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0
tries:          db 0

request:        ds 2
crc_mode:       ds 1
any_block:      ds 1
errors:         ds 1
expected:       ds 1
number:         ds 1
length:         ds 2
fill:           ds 2
block_end:      ds 2
block_size:     ds 1
                ds 64
stack:
                ds (256 - ($ & 255)) & 255
crc_table:      ds 512
buffer:
