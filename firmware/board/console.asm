; BDOS: the console, functions 1, 2, 6 and 9 to 11, and the errors that CP/M reports itself.

; Function 1: wait for a key, echo what has a shape on the screen.
c_read:
                call key
                call set_result
                ld e,a
                call shows
                ret c
; Function 2: E to the console, tabs to multiples of 8.
c_write:
                ld a,e
; Print A: ^S and ^C are heeded, tabs expanded.
print:
                push af
                call key_break
                pop af
; The same, but a key that waits is left alone.
print_quiet:
                cp TAB
                jr z,print_tab
                push hl
                ld hl,column
                cp ' '
                jr c,print_control
                cp DEL
                jr z,print_out
                inc (hl)
print_out:      pop hl
                push bc
                ld c,a
                call conout
                pop bc
                ret
print_control:  cp BS
                jr nz,print_not_bs
                dec (hl)
print_not_bs:   cp CR
                jr nz,print_out
                ld (hl),0
                jr print_out
print_tab:      ld a,' '
                call print_quiet
                ld a,(column)
                and 7
                jr nz,print_tab
                ret

; Carry if A is a control character that is not echoed.
shows:
                cp CR
                ret z
                cp LF
                ret z
                cp TAB
                ret z
                cp BS
                ret z
                cp ' '
                ret

; Look for a key while printing. ^S stops until the next key, and ^C then ends the program; any other key is
; kept for the next read. As in CP/M only one is kept, and direct input (function 6) doesn't see it.
key_break:
                ld a,(key_kept)
                or a
                ret nz
                call const
                or a
                ret z
                call conin
                cp CTRL_S
                jr nz,keep_key
                call conin
                cp CTRL_C
                jp z,WARM_JUMP
                xor a
                ret
keep_key:       ld (key_kept),a
                ret

; Wait for a key: the kept one first.
key:
                ld a,(key_kept)
                or a
                jp z,conin
                push af
                xor a
                ld (key_kept),a
                pop af
                ret

; Function 6: E = FFh: the key that waits, or 0; FEh: status; else print E, raw.
c_raw:
                ld a,e
                inc a
                jr z,raw_key
                inc a
                jr z,raw_status
                ld c,e
                jp conout
raw_key:        call const
                or a
                ret z
                call conin
                jp set_result
raw_status:     call const
                jp set_result

; Function 9: the text at DE, to a $.
c_print:
                ld a,(de)
                cp '$'
                ret z
                call print
                inc de
                jr c_print

; Function 11: FFh if a key waits.
c_status:
                call key_break
                ret z
                ld a,0FFh
                jp set_result

; Function 10: read a line into the buffer at DE: size, length, characters.
;   ^H erases a character, ^X the line; ^U and ^R go on a new line, empty or with what there is; DEL takes
;   the last character back and shows it again; ^E goes on a new line of the screen; ^C at the start reboots.
c_line:
                push de
                pop ix                  ; IX = buffer
                ld (ix+1),0
                ld a,(column)
                ld (start_column),a
line_key:
                ld a,(ix+1)
                cp (ix+0)
                jr nc,line_end          ; full
                call key
                ld hl,line_keys
line_find:      ld b,(hl)               ; a key of the table, 0 at its end
                inc b
                dec b
                jr z,line_char
                inc hl
                cp b
                ld e,(hl)
                inc hl
                ld d,(hl)
                inc hl
                jr nz,line_find
                ex de,hl
                jp (hl)

line_keys:      db CR
                dw line_end
                db LF
                dw line_end
                db BS
                dw line_bs
                db DEL
                dw line_del
                db CTRL_X
                dw line_erase
                db CTRL_U
                dw line_restart
                db CTRL_R
                dw line_again
                db CTRL_E
                dw line_split
                db CTRL_P
                dw line_key
                db 0

line_char:
                inc (ix+1)
                call line_last
                ld (hl),a
                call print_shape
                cp CTRL_C
                jr nz,line_key
                ld a,(ix+1)
                dec a
                jr nz,line_key
                jp WARM_JUMP

line_end:
                ld a,CR
                jp print_quiet

line_bs:
                ld a,(ix+1)
                or a
                jr z,line_key
                dec (ix+1)
                jr line_wipe
line_erase:
                ld (ix+1),0
; Erase on the screen down to the column where the line now ends.
line_wipe:
                call line_column        ; E = that column
wipe_next:      ld a,(column)
                cp e
                jr z,line_key
                ld a,BS
                call print_quiet
                ld a,' '
                call print_quiet
                ld a,BS
                call print_quiet
                jr wipe_next

line_del:
                ld a,(ix+1)
                or a
                jp z,line_key
                call line_last
                dec (ix+1)
                ld a,(hl)
                call print_shape
                jp line_key

line_restart:
                ld (ix+1),0
line_again:
                ld a,'#'
                call print_quiet
                call line_indent
                push ix                 ; print what the line holds
                pop hl
                inc hl
                ld b,(ix+1)
                inc b
again_next:     inc hl
                dec b
                jp z,line_key
                ld a,(hl)
                call print_shape
                jr again_next

line_split:
                xor a
                ld (start_column),a
                call line_indent
                jp line_key

; A new line of the screen, up to the column where the line began.
line_indent:
                ld a,CR
                call print_quiet
                ld a,LF
                call print_quiet
indent_next:    ld hl,start_column
                ld a,(column)
                cp (hl)
                ret z
                ld a,' '
                call print_quiet
                jr indent_next

; HL = place of the last character of the line at IX. Keeps A.
line_last:
                push ix
                pop hl
                ld e,(ix+1)
                ld d,0
                add hl,de
                inc hl
                ret

; Print A as it is seen while typing: control characters but tab as ^ and a letter. Keeps A.
print_shape:
                push af
                cp TAB
                jr z,shape_plain
                cp ' '
                jr nc,shape_plain
                push af
                ld a,'^'
                call print_quiet
                pop af
                or 40h
shape_plain:    call print_quiet
                pop af
                ret

; E = column at the end of the line at IX.
line_column:
                ld a,(start_column)
                ld e,a
                ld b,(ix+1)
                push ix
                pop hl
                inc hl
                inc b
column_next:    inc hl
                dec b
                ret z
                ld a,(hl)
                inc e
                cp TAB
                jr z,column_tab
                cp ' '
                jr nc,column_next
                inc e
                jr column_next
column_tab:     ld a,e
                and 7
                jr z,column_next
                inc e
                jr column_tab

; ---------------------------------------------------------------------------------------------------------
; Errors that CP/M reports itself. A = the drive; a key, then on with the program (bad sector, unless the key
; is ^C) or back to the prompt.

select_error:   ld hl,text_select
                jr fatal
protected_error:
                ld hl,text_ro
                jr fatal_drive
file_ro_error:  ld hl,text_file_ro
fatal_drive:    ld a,(disk_drive)
fatal:          call error
                jp WARM_JUMP

bad_sector:     ld hl,text_sector
                ld a,(disk_drive)
                call error
                cp CTRL_C
                jp z,WARM_JUMP
                ld a,1
                or a
                ret

error:          push hl
                add a,'A'
                push af
                ld hl,text_error
                call print_hl
                pop af
                ld c,a
                call conout
                ld c,':'
                call conout
                ld c,' '
                call conout
                pop hl
                call print_hl
                jp conin

text_error:     db CR,LF,"Bdos Err On ",0
text_select:    db "Select",0
text_sector:    db "Bad Sector",0
text_ro:        db "R/O",0
text_file_ro:   db "File R/O",0
