; CCP: the prompt and its commands. It stays in memory above the TPA, so that nothing needs to be loaded at a
; warm boot.
;
;   DIR [NAME]  ERA NAME  REN NEW=OLD  TYPE NAME  SAVE PAGES NAME  USER N  X:     else NAME.COM is run

LINE_SIZE:      equ 126

ccp:                                    ; C = user number and drive, as in DRIVE_BYTE
                ld sp,ccp_stack
                ld a,c
                rrca
                rrca
                rrca
                rrca
                and 0Fh
                ld (user),a
                ld a,c
                and 0Fh
                cp DRIVES
                jr c,ccp_drive
                xor a
ccp_drive:      ld (current_drive),a
                ei
ccp_prompt:
                ld sp,ccp_stack
                ld a,(user)
                rlca
                rlca
                rlca
                rlca
                ld hl,current_drive
                or (hl)
                ld (DRIVE_BYTE),a
                call new_line
                ld a,(current_drive)
                add a,'A'
                call print
                ld a,'>'
                call print
                ld hl,ccp_line
                ld (hl),LINE_SIZE
                ex de,hl
                ld c,10
                call bdos_entry
                call end_line
                ld hl,ccp_line + 2
                call skip_spaces
                jr z,ccp_prompt         ; an empty line
                ld (ccp_next),hl        ; the command, for the error message
                call parse_fcb
                ld (ccp_tail),hl
                ld de,(ccp_fcb + FCB_NAME)
                ld a,e
                cp ' '
                jr z,just_drive
                ld a,(ccp_fcb + FCB_TYPE)
                cp ' '
                jr nz,unknown           ; a type was typed
                ld a,(ccp_fcb)
                or a
                jp nz,transient
                ld hl,commands
next_command:   ld a,(hl)
                or a
                jp z,transient
                ld de,ccp_fcb + FCB_NAME
                ld b,4
                ld c,b
compare:        ld a,(de)
                cp (hl)
                jr nz,compared
                dec c
compared:       inc de
                inc hl
                djnz compare
                ld a,(de)               ; the name must end after four letters
                cp ' '
                jr nz,not_this
                ld a,c
                or a
not_this:       ld e,(hl)
                inc hl
                ld d,(hl)
                inc hl
                jr nz,next_command
                ld hl,ccp_prompt
                push hl
                push de
                ld hl,(ccp_tail)
                ret                     ; to the command, HL = its arguments

commands:       db "DIR "
                dw dir
                db "ERA "
                dw era
                db "REN "
                dw ren
                db "TYPE"
                dw type
                db "SAVE"
                dw save
                db "USER"
                dw user_number
                db 0

; "B:" alone changes the drive.
just_drive:
                ld a,(ccp_fcb)
                dec a
                jp m,unknown
                ld hl,(ccp_tail)
                call skip_spaces
                jr nz,unknown
                ld a,(ccp_fcb)
                dec a
                ld e,a
                ld c,14
                call bdos_entry
                jp ccp_prompt

; NAME? with the word as it was typed.
unknown:
                call new_line
                ld hl,(ccp_next)
unknown_next:   ld a,(hl)
                or a
                jr z,unknown_end
                cp ' '
                jr z,unknown_end
                call print
                inc hl
                jr unknown_next
unknown_end:    ld a,'?'
                call print
                call new_line
                jp ccp_prompt

; ---------------------------------------------------------------------------------------------------------
; Running a program

transient:
                ld hl,ccp_com
                ld de,ccp_fcb + FCB_TYPE
                ld bc,3
                ldir
                call open_file
                jr z,unknown
                ld hl,TPA
load_next:      ld de,SYSTEM - 127
                push hl
                or a
                sbc hl,de
                pop hl
                jr nc,load_full
                push hl
                ex de,hl
                ld c,26
                call bdos_entry
                ld c,20
                call file_call
                pop hl
                ld de,128
                add hl,de
                jr z,load_next

load_done:      ld hl,FCB1
                ld b,TAIL - FCB1
                call zeros
                ld hl,(ccp_tail)
                ld de,FCB1
                call parse_name
                ld de,FCB2
                call parse_name
                xor a
                ld (FCB1 + FCB_CR),a
                ld hl,(ccp_tail)
                ld de,TAIL + 1
                ld b,0
copy_tail:      ld a,(hl)
                ld (de),a
                or a
                jr z,tail_end
                inc b
                inc hl
                inc de
                jr copy_tail
tail_end:       ld a,b
                ld (TAIL),a
                call new_line
                ld hl,TAIL
                ld (dma),hl
                call TPA
                ld a,(DRIVE_BYTE)
                ld c,a
                jp ccp

load_full:      ld hl,TAIL              ; no room for more: is there more?
                ld (dma),hl
                ld c,20
                call file_call
                jr nz,load_done
                call new_line
                ld hl,text_bad_load
                call print_text
                jp ccp_prompt

; ---------------------------------------------------------------------------------------------------------
; Helpers

; Function C on the CCP's FCB. A = its result; Z if that is FFh (not found), or for reads and writes, 0 (done).
file_call:
                ld de,ccp_fcb
                push bc
                call bdos_entry
                pop bc
                ld b,a
                ld a,c
                cp 20
                jr z,file_io
                cp 21
                jr z,file_io
                ld a,b
                inc a
                ld a,b
                ret
file_io:        ld a,b
                or a
                ret

; Open the file of the CCP's FCB from its start, to the buffer at 80h. Z if there is none.
open_file:
                xor a
                ld (ccp_fcb + FCB_CR),a
                ld hl,TAIL
                ld (dma),hl
                ld c,15
                jr file_call

; Put a 0 after the line that function 10 read, and make it capitals.
end_line:
                ld hl,ccp_line + 1
                ld b,(hl)
                inc b
upper_next:     inc hl
                dec b
                jr z,upper_end
                ld a,(hl)
                cp 'a'
                jr c,upper_next
                cp 'z' + 1
                jr nc,upper_next
                and 5Fh
                ld (hl),a
                jr upper_next
upper_end:      ld (hl),0
                ret

; HL past spaces; A = the character there, Z if it is the end.
skip_spaces:
                ld a,(hl)
                or a
                ret z
                cp ' '
                ret nz                  ; of which no character is 0
                inc hl
                jr skip_spaces

; The name at HL to the CCP's FCB, and the DMA address back to 80h.
parse_arguments:
                push hl
                ld hl,TAIL
                ld (dma),hl
                xor a
                ld (ccp_fcb + FCB_CR),a
                pop hl
parse_fcb:
                ld de,ccp_fcb
; The name at HL to the FCB at DE: drive, name and type, * as ?, and the rest zeroed. HL = where it ended.
parse_name:
                push de
                push hl
                ex de,hl
                ld b,16
                call zeros
                pop hl
                pop de
                call skip_spaces
                jr z,parse_nodrive
                inc hl
                ld a,(hl)
                dec hl
                cp ':'
                jr nz,parse_nodrive
                ld a,(hl)
                sub 'A' - 1
                ld (de),a
                inc hl
                inc hl
parse_nodrive:  inc de
                ld b,8
                call parse_part
                ld b,3
                ld a,(hl)
                cp '.'
                jr nz,parse_blank
                inc hl
parse_part:     call delimiter
                jr z,parse_blank
                inc hl
                cp '*'
                jr z,parse_star
                ld (de),a
                inc de
                djnz parse_part
parse_long:     call delimiter          ; what is too long is dropped
                ret z
                inc hl
                jr parse_long
parse_star:     ld a,'?'
                call parse_fill
                jr parse_long
parse_blank:    ld a,' '
parse_fill:     ld (de),a
                inc de
                djnz parse_fill
                ret

delimiter:      ld a,(hl)               ; Z if A = (HL) ends a name
                or a
                ret z
                cp ' '
                ret z
                cp '.'
                ret z
                cp ':'
                ret z
                cp ';'
                ret z
                cp '='
                ret z
                cp '<'
                ret z
                cp '>'
                ret z
                cp ','
                ret

; The decimal number at HL: A.
parse_number:
                call skip_spaces
                ld b,0
number_next:    ld a,(hl)
                sub '0'
                cp 10
                jr nc,number_end
                ld c,a
                ld a,b
                add a,a
                add a,a
                add a,b
                add a,a
                add a,c
                ld b,a
                inc hl
                jr number_next
number_end:     ld a,b
                ret

all_files:      ld hl,ccp_fcb + FCB_NAME
                ld b,11
all_next:       ld (hl),'?'
                inc hl
                djnz all_next
                ret

zeros:          ld (hl),0
                inc hl
                djnz zeros
                ret

new_line:       ld a,CR
                call print
                ld a,LF
                jp print

print_text:     ld a,(hl)
                or a
                ret z
                call print
                inc hl
                jr print_text

ccp_com:        db "COM"
text_no_file:   db "NO FILE",0
text_exists:    db "FILE EXISTS",0
text_no_space:  db "NO SPACE",0
text_bad_load:  db "BAD LOAD",0
text_all:       db "ALL (Y/N)?",0
