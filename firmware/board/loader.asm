; Power-on as on RomWBW: a menu first, which waits for ever, and CP/M's first prompt is B>.
;
;   up to 2.9                                       from 3 on
;   ... Disk Unit # ===>     C, a key               Boot [H=Help]:     C CR, a line
;   BOOT CPM FROM ROM                               Loading CP/M 2.2...
;   CP/M ...K TPA                                   CP/M ...K TPA
;   B>                                              B>
;
; Before the menu the line is not open: what comes then is lost.

                if BOOT = BOOT_ROMWBW_2
POWER_ON_TENTHS: equ 4                  ; to the menu
LOAD_TENTHS:    equ 14                  ; to CP/M
                else
POWER_ON_TENTHS: equ 11
LOAD_TENTHS:    equ 10
                endif
DRIVE_B:        equ 1

boot:
                ld b,POWER_ON_TENTHS
                call pause
                call uart_init
                ei
                ld hl,text_loader
                call print_hl
loader_ask:
                ld hl,text_menu
                call print_hl

                if BOOT = BOOT_ROMWBW_2
                call conin
                and 5Fh
                cp 'C'
                jr z,loader_go
                cp 'Z'
                jr z,loader_go
                ld hl,text_invalid
                call print_hl
                jr loader_ask

                else
; A line: only its first character counts, and how many there are.
                ld de,0                 ; D = the character, E = how many
loader_key:     call conin
                cp CR
                jr z,loader_line
                cp BS
                jr z,loader_back
                cp DEL
                jr z,loader_back
                cp ' '
                jr c,loader_key
                ld c,a
                ld a,e
                cp 16
                jr nc,loader_key
                inc e
                dec a
                jp p,loader_echo        ; not the first
                ld d,c
loader_echo:    call conout
                jr loader_key
loader_back:    ld a,e
                or a
                jr z,loader_key
                dec e
                ld hl,text_back
                call print_hl
                jr loader_key
loader_line:    ld a,e
                or a
                jr z,loader_ask
                dec a
                jr nz,loader_unknown
                ld a,d
                and 5Fh
                cp 'C'
                jr z,loader_go
                cp 'Z'
                jr z,loader_go
                cp 'H'
                ld hl,text_help
                jr z,loader_say
loader_unknown: ld hl,text_invalid
loader_say:     call print_hl
                jr loader_ask
                endif

loader_go:
                ld hl,text_loading
                call print_hl
                ld b,LOAD_TENTHS
                call pause
                ld hl,text_cpm
                call print_hl
                ld a,DRIVE_B
                ld (DRIVE_BYTE),a
                jp start_cpm

                if BOOT = BOOT_ROMWBW_2
text_loader:    db CR,LF,"z80lm virtual board, boot loader",CR,LF,0
text_menu:      db CR,LF,"Boot: (C)PM, (Z)System, (M)onitor,",CR,LF
                db "      (L)ist disks, or Disk Unit # ===> ",0
text_invalid:   db CR,LF,"INVALID SELECTION",CR,LF,0
text_loading:   db CR,LF,"BOOT CPM FROM ROM",CR,LF,0
text_cpm:       db CR,LF,"   A:=MD1:0",CR,LF,"   B:=MD0:0",CR,LF
                else
text_loader:    db CR,LF,"z80lm virtual board, boot loader",CR,LF,0
text_menu:      db CR,LF,"Boot [H=Help]: ",0
text_back:      db BS,' ',BS,0
text_invalid:   db CR,LF,"Unknown command",CR,LF,0
text_help:      db CR,LF,"C - CP/M 2.2",CR,LF,"Z - the same here",CR,LF,0
text_loading:   db CR,LF,CR,LF,"Loading CP/M 2.2...",CR,LF,0
text_cpm:       db CR,LF,"   A:=MD0:0",CR,LF,"   B:=MD1:0",CR,LF
                endif
                db CR,LF,"CP/M 2.2 workalike, 55.7K TPA",CR,LF,0
