; A monitor that behaves on the line as the Small Computer Monitor 1.0 does. Its prompt is *.
;
;   *M 8000       128 bytes; CR shows the next, ESC leaves, another key leaves and begins a line
;   *G 8000       run, with the stack at FCBEh; RET comes back
;   *:10...       Intel HEX, see scm-hex.asm
;   *HELP  *DEVICES  *CPM  *RESET
;
;   0000-7FFF  ROM, of which this is a part        8000-FBFF  free        FC00-FFFF  the monitor's RAM
;
; RST 08h prints A, RST 10h waits for a character in A, RST 18h is NZ if there is one. RST 30h is the API, its function in C:
;
;   1  A = a key, waited for, not echoed      6  print the text at DE, up to a zero
;   2  print A                                7  a new line
;   3  NZ: a key waits
;
; The UART is polled and nothing is buffered, and a character at the prompt takes a little longer than it does on
; the line. So what is typed faster than its echo loses some. RTS stays on: flow control makes no difference.

                include "board.inc"
                include "../shared/hex.inc"

RAM:            equ 0FC00h
LINE_SIZE:      equ 80
ESC:            equ 1Bh
; Spent on each character at the prompt: with the rest about 700 T-states, where the line brings one each 640.
SPENT:          equ 40

                org 0
ENTRY:          jp cold
                ds 08h - $
                jp put_char
                ds 10h - $
                jp get_char
                ds 18h - $
                jp poll_char
                ds 30h - $
                jp api
                ds 40h - $

cold:           di
                ld sp,stack
                call uart_init
                ld hl,TPA
                ld (address),hl
                ld hl,text_banner
                call print
prompt:         ld sp,stack
                ld a,'*'
                call put_char

; ---------------------------------------------------------------------------------------------------------
; A line

new_line:       ld hl,line
next_key:       call get_char
line_key:       cp CR
                jr z,line_end
                cp ESC
                jr z,line_escape
                cp BS
                jr z,line_back
                cp DEL
                jr z,line_back
                ld c,a
                ld a,l
                cp (line + LINE_SIZE - 1) & 255
                jr z,next_key
                cp line & 255
                ld a,c
                jr nz,line_char
                cp ':'
                jp z,hex_load
line_char:      ld (hl),a               ; control characters, too: LF is one like any other
                inc hl
line_echo:      call put_char
                ld b,SPENT
line_spend:     djnz line_spend
                jr next_key
line_back:      ld a,l
                cp line & 255
                jr z,next_key
                dec hl
                push hl
                ld hl,text_back
                call print
                pop hl
                jr next_key

line_escape:    ld (hl),a               ; in no command, and the line has room for it
                ld a,l
                cp line & 255
                jr z,line_end
                inc hl
line_end:       ld (hl),0
                call print_crlf
                ld hl,line
                call upper
                call skip_spaces
                jr z,prompt

; ---------------------------------------------------------------------------------------------------------
; Commands: words first, then single letters, which an address may follow at once

                ld de,commands
find_word:      ld a,(de)
                or a
                jr z,letter
                push hl
find_next:      ld a,(de)
                inc de
                or a
                jr z,find_end
                cp (hl)
                inc hl
                jr z,find_next
find_skip:      ld a,(de)               ; to the end of this word
                inc de
                or a
                jr nz,find_skip
find_not:       pop hl
                inc de
                inc de
                jr find_word
find_end:       ld a,(hl)               ; and of the command?
                or a
                jr nz,find_not
                ex de,hl
                ld e,(hl)
                inc hl
                ld d,(hl)
                ex de,hl
                jp (hl)

letter:         ld a,(hl)
                inc hl
                ld de,dump
                cp 'M'
                jr z,with_address
                ld de,go
                cp 'G'
                jr nz,bad_command
with_address:   push de
                call skip_spaces
                ret z                   ; none: where the last one ended
                ld de,0
address_next:   call digit_value
                jr c,bad_parameter
                ex de,hl
                add hl,hl
                add hl,hl
                add hl,hl
                add hl,hl
                or l
                ld l,a
                ex de,hl
                inc hl
                ld a,(hl)
                or a
                jr nz,address_next
                ld (address),de
                ret                     ; to dump or go

bad_command:    ld hl,text_bad_command
                jr say
bad_parameter:  ld hl,text_bad_parameter
say:            call print
                jp prompt

help:           ld hl,text_help
                jr say
devices:        ld hl,text_devices
                jr say
cpm:            ld hl,text_no_card
                jr say

go:             ld hl,prompt
                push hl
                ld hl,(address)
                jp (hl)

; 8 lines as "8000:  21 00 FC 25 F9 24 E5 DD  E1 25 25 E5 FD E1 11 01  !..%.$...%%....."
dump:
                ld d,8
                ld hl,(address)
dump_line:      push hl
                call print_word
                ld a,':'
                call put_char
                ld e,0
dump_byte:      ld a,e
                and 7
                jr nz,dump_space
                ld a,' '
                call put_char
dump_space:     ld a,' '
                call put_char
                ld a,(hl)
                inc hl
                call print_byte
                inc e
                bit 4,e
                jr z,dump_byte
                pop hl
                ld a,' '
                call put_char
                ld a,' '
                call put_char
dump_char:      ld a,(hl)
                inc hl
                cp ' '
                jr c,dump_dot
                cp DEL
                jr c,dump_shape
dump_dot:       ld a,'.'
dump_shape:     call put_char
                dec e
                jr nz,dump_char
                call print_crlf
                dec d
                jr nz,dump_line
                ld (address),hl
                call get_char
                cp CR
                jr z,dump
                cp ESC
                jp z,prompt
                push af
                ld a,'*'
                call put_char
                pop af
                ld hl,line
                jp line_key

; ---------------------------------------------------------------------------------------------------------
; RST 30h

api:            ld b,a
                ld a,c
                cp 1
                jp z,get_char
                cp 3
                jp z,poll_char
                cp 6
                jr z,api_text
                cp 7
                jp z,print_crlf
                cp 2
                ret nz
                ld a,b
                jp put_char
api_text:       ex de,hl
                jr print

; ---------------------------------------------------------------------------------------------------------
; Helpers

upper:          push hl                 ; the line at HL to capitals
upper_next:     ld a,(hl)
                or a
                jr z,upper_end
                cp 'a'
                jr c,upper_on
                cp 'z' + 1
                jr nc,upper_on
                and 5Fh
                ld (hl),a
upper_on:       inc hl
                jr upper_next
upper_end:      pop hl
                ret

skip_spaces:    ld a,(hl)               ; Z at the end of the line
                or a
                ret z
                cp ' '
                ret nz
                inc hl
                jr skip_spaces

digit_value:    sub '0'                 ; A = a digit's value; carry if it is none
                ret c
                cp 10
                ccf
                ret nc
                sub 'A' - '9' - 1
                cp 10
                ret c
                cp 16
                ccf
                ret

                hex_printer
                jr put_char

print_crlf:     ld a,CR
                call put_char
                ld a,LF
                jr put_char

print:          ld a,(hl)
                or a
                ret z
                call put_char
                inc hl
                jr print

                include "scm-uart.asm"
                include "scm-hex.asm"

commands:       db "HELP",0
                dw help
                db "DEVICES",0
                dw devices
                db "CPM",0
                dw cpm
                db "RESET",0
                dw cold
                db 0

text_banner:    db CR,LF,CR,LF,"z80lm virtual board, like Small Computer Monitor",CR,LF,0
text_help:      db "z80lm virtual board, like Small Computer Monitor 1.0",CR,LF
                db "M [address], G [address], HELP, DEVICES, CPM, RESET, :Intel HEX",CR,LF,0
                if UART_SIO
text_devices:   db "1 = SIO/2 channel A at 80h",CR,LF,0
                else
text_devices:   db "1 = 68B50 at 80h",CR,LF,0
                endif
text_no_card:   db "Compact flash not present",CR,LF,0
text_bad_command:
                db "Bad command",CR,LF,0
text_bad_parameter:
                db "Bad parameter",CR,LF,0
text_back:      db BS,' ',BS,0
image_end:

                org RAM
line:           ds LINE_SIZE + 1
address:        ds 2
hex_bad:        ds 1
hex_junk:       ds 1
                ds 0FCC0h - $
stack:                                  ; FCBEh at G, whose RET leads to the prompt
