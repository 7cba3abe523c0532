; Power-on as with CP/M on a CompactFlash card: SPACE, then a small monitor, then CP/M.
;
;   Press [SPACE] to activate console      SPACE
;   >                                      X, a key          also: ? options, R reset, G nnnn run
;   Boot CP/M?                             Y; any other key: back to >
;   Loading CP/M...
;   A>
;
; At > a record of Intel HEX is taken, too: a dot for each byte, and > again. CR and other control characters are
; not answered there.

                include "../shared/hex.inc"

POWER_ON_TENTHS: equ 2
LOAD_TENTHS:    equ 8
FF:             equ 0Ch

boot:
                ld b,POWER_ON_TENTHS
                call pause
                call uart_init
                ei
                ld hl,text_press
                call print_hl
press_space:    call conin
                cp ' '
                jr nz,press_space
                ld hl,text_rom
                call print_hl
monitor:
                ld sp,bdos_stack
                ld hl,text_prompt
                call print_hl
monitor_key:    call conin
                cp ' ' + 1
                jr c,monitor_key
                cp ':'
                jr z,hex_record
                ld hl,text_options
                cp '?'
                jr z,monitor_say
                and 5Fh
                cp 'X'
                jr z,boot_cpm
                cp 'R'
                jp z,BIOS
                cp 'G'
                jr z,go
                ld hl,text_what
monitor_say:    call print_hl
                jr monitor

go:             call hex_byte
                ld h,a
                call hex_byte
                ld l,a
                ld de,monitor
                push de
                jp (hl)

boot_cpm:
                ld hl,text_boot
                call print_hl
                call conin
                and 5Fh
                cp 'Y'
                jp nz,monitor
                ld hl,text_loading
                call print_hl
                ld b,LOAD_TENTHS
                call pause
                ld hl,text_cpm
                call print_hl
                jp start_cpm

; What follows the colon: length, address, type, data, sum.
hex_record:
                hex_record_head
                call hex_byte
                dec a
                ld b,a                  ; 0: the end record
                inc e
                jr hex_more
hex_next:       call hex_byte
                ld (hl),a
                inc hl
                ld c,'.'
                call conout
hex_more:       dec e
                jr nz,hex_next
                call hex_byte
                ld a,d
                or a
                ld hl,text_checksum
                jr nz,monitor_say
                ld a,b
                or a
                jp nz,monitor
                ld hl,text_complete
                jr monitor_say

                hex_byte_reader hex_digit
                hex_digit_reader conin

text_press:     db "Press [SPACE] to activate console",CR,LF
                if UART_SIO = 0         ; that board's ACIA is both of its consoles
                db "Press [SPACE] to activate console",CR,LF
                endif
                db 0
text_rom:       db FF,CR,LF,"z80lm virtual board, boot ROM",CR,LF,"Type ? for options",CR,LF,0
text_prompt:    db CR,LF,">",0
text_what:      db "?",0
text_options:   db CR,LF,"X boot CP/M, R reset, G nnnn run, :nn... Intel HEX",CR,LF,0
text_checksum:  db "Checksum error",CR,LF,0
text_complete:  db "Load complete.",CR,LF,0
text_boot:      db CR,LF,"Boot CP/M?",0
text_loading:   db CR,LF,"Loading CP/M...",CR,LF,0
text_cpm:       db FF,"z80lm virtual board, BIOS",CR,LF,CR,LF,"CP/M 2.2 workalike, 55.7K TPA",CR,LF,0
