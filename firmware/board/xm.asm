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
                include "../shared/bios-console.inc"
                include "../shared/xmodem.inc"

BUFFER_RECORDS: equ 128                 ; 16 KB are written at once
ERRORS:         equ 10                  ; on one block
ERRORS_CRC:     equ 5                   ; after so many the next are taken for checksum blocks
SEND_STARTS:    equ 10                  ; waits for the receiver's first request,
SEND_TENTHS:    equ 100                 ; as long as those for its answers,
EOT_TENTHS:     equ 20                  ; and for that to EOT, which some receivers lose by leaving at once

; The wait loop takes 102 T-states a round.
TENTH:          equ CPU_KHZ * 100 / 102
; A look at the operator's key comes so long after each ACK, in rounds of 26 T-states: 0.4 ms.
LOOK:           equ CPU_KHZ * 4 / 260

; Defined from outside, as they differ between boards:
;   XM_BYTE_US         microseconds that are wasted on each byte of a block
;   XM_REQUEST_TENTHS  between requests,
;   XM_REQUESTS_CRC    of which so many ask for CRC,
;   XM_REQUESTS        and after so many it gives up
;   XM_LOST_TENTHS     a block ends early where the line is silent for so long
;   XM_NAK_TENTHS      NAK comes when the line has been silent for so long
BYTE_ROUNDS:    equ CPU_KHZ * XM_BYTE_US / 26000

                org TPA

                ld sp,stack
                find_console
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

                include "xm-line.asm"
                include "../shared/crc-table.asm"
                include "xm-receive.asm"
                include "xm-send.asm"

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
