; A small editor: a status line and a foot in inverse, ten lines between them, lines inserted and deleted by the terminal.
; ^E ^X ^S ^D move, ^N inserts a line, ^Y deletes one, Enter goes to the next, Esc ends.

            org 100h
            jp start

            include "terminal.asm"

LINES       equ 10
WIDTH       equ 40
FOOT        equ LINES+1

start:
            ld hl,clear_text
            call print
            ld hl,text                      ; blanks
            ld (hl),' '
            ld de,text+1
            ld bc,LINES*WIDTH-1
            ldir
            ld bc,FOOT*256
            call place
            ld hl,foot_text
            call inverse
next:
            call status
            call key
            ld hl,keys
.look:
            ld e,(hl)                       ; the key, and what it does
            inc hl
            ld c,(hl)
            inc hl
            ld b,(hl)
            inc hl
            inc e
            dec e
            jr z,.other
            cp e
            jr nz,.look
            ld hl,next
            push hl
            push bc
            ret
.other:
            cp ' '
            jr c,next
            cp 7Fh
            jr nc,next
            push af
            call here
            pop af
            ld (hl),a
            call put
            call right
            jr next

keys:
            db 5
            dw up
            db 24
            dw down
            db 19
            dw left
            db 4
            dw right
            db 14
            dw insert
            db 25
            dw delete
            db 13
            dw enter
            db 27
            dw quit
            db 0
            dw 0

up:
            ld a,(row)
            or a
            ret z
            dec a
            ld (row),a
            ret
enter:
            xor a
            ld (column),a
down:
            ld a,(row)
            cp LINES-1
            ret z
            inc a
            ld (row),a
            ret
left:
            ld a,(column)
            or a
            ret z
            dec a
            ld (column),a
            ret
right:
            ld a,(column)
            cp WIDTH-1
            ret z
            inc a
            ld (column),a
            ret

; The foot is pushed down with the lines, so one goes above it first.
insert:
            ld bc,LINES*256
            call place
            ld hl,delete_line
            call print
            call line_start
            ld hl,insert_line
            call print
            ld hl,text+LINES*WIDTH-1-WIDTH  ; the lines from here on, down by one
            ld de,text+LINES*WIDTH-1
            call bytes_below
            jr z,blank
            lddr
            jr blank
delete:
            call line_start
            ld hl,delete_line
            call print
            ld bc,LINES*256
            call place
            ld hl,insert_line
            call print
            call line_address
            ex de,hl
            ld hl,WIDTH
            add hl,de
            call bytes_below
            jr z,.last
            ldir
.last:
            ld hl,text+(LINES-1)*WIDTH
            jr blank_at
blank:
            call line_address
blank_at:
            ld b,WIDTH
.fill:
            ld (hl),' '
            inc hl
            djnz .fill
            xor a
            ld (column),a
            ret

; BC: the bytes of the lines below the cursor's; Z if there are none. Keeps HL and DE.
bytes_below:
            push hl
            push de
            ld a,(row)
            ld b,a
            ld a,LINES-1
            sub b
            ld hl,0
            ld de,WIDTH
            ld b,a
            or a
            jr z,.none
.add:
            add hl,de
            djnz .add
.none:
            ld b,h
            ld c,l
            pop de
            pop hl
            ld a,b
            or c
            ret

; HL: where the cursor's line is in the text.
line_address:
            ld a,(row)
            ld hl,text
            ld de,WIDTH
            or a
            ret z
            ld b,a
.add:
            add hl,de
            djnz .add
            ret
; HL: where the cursor is.
here:
            call line_address
            ld a,(column)
            ld e,a
            ld d,0
            add hl,de
            ret

line_start:
            ld a,(row)
            inc a
            ld b,a
            ld c,0
            jp place

; "Line 01  Column 01", and the cursor to its place.
status:
            ld bc,0
            call place
            ld hl,inverse_on
            call print
            ld hl,line_text
            call print
            ld a,(row)
            inc a
            call decimal
            ld hl,column_text
            call print
            ld a,(column)
            inc a
            call decimal
            ld hl,inverse_off
            call print
            ld hl,to_line_end
            call print
            ld a,(row)
            inc a
            ld b,a
            ld a,(column)
            ld c,a
            jp place

quit:
            ld hl,clear_text
            call print
            rst 0

; The text at HL in inverse.
inverse:
            push hl
            ld hl,inverse_on
            call print
            pop hl
            call print
            ld hl,inverse_off
            jp print

line_text:      db " EDITOR   Line ",0
column_text:    db "  Column ",0
foot_text:      db " ^N inserts  ^Y deletes  Esc ends ",0

row:        db 0
column:     db 0
text:       resb LINES*WIDTH
