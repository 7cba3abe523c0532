; What a program sends to the terminal that it was installed for. DIALECT: 0 VT100, 1 ADM-3A (Televideo), 2 VT52 (H19),
; 3 Kaypro. Rows and columns are counted from 0.

BDOS        equ 5
C_RAWIO     equ 6

            public to_line_end, insert_line, delete_line

            IF DIALECT == 0
clear_text:     db "\e[H\e[2J",0
to_line_end:    db "\e[K",0
insert_line:    db "\e[L",0
delete_line:    db "\e[M",0
inverse_on:     db "\e[7m",0
inverse_off:    db "\e[0m",0
            ENDIF
            IF DIALECT == 1
clear_text:     db 1Ah,0
to_line_end:    db "\eT",0
insert_line:    db "\eE",0
delete_line:    db "\eR",0
inverse_on:     db "\eG4",0
inverse_off:    db "\eG0",0
            ENDIF
            IF DIALECT == 2
clear_text:     db "\eH\eJ",0
to_line_end:    db "\eK",0
insert_line:    db "\eL",0
delete_line:    db "\eM",0
inverse_on:     db "\ep",0
inverse_off:    db "\eq",0
            ENDIF
            IF DIALECT == 3
clear_text:     db 1Ah,0
to_line_end:    db 18h,0
insert_line:    db "\eE",0
delete_line:    db "\eR",0
inverse_on:     db "\eB0",0
inverse_off:    db "\eC0",0
            ENDIF

; The cursor to row B, column C. Keeps BC.
place:
            IF DIALECT == 0
            ld hl,.begin
            call print
            ld a,b
            inc a
            call decimal
            ld a,';'
            call put
            ld a,c
            inc a
            call decimal
            ld a,'H'
            jp put
.begin:     db "\e[",0
            ELSE
            ld hl,.begin
            call print
            ld a,b
            add a,20h
            call put
            ld a,c
            add a,20h
            jp put
.begin:
            IF DIALECT == 2
            db "\eY",0
            ELSE
            db "\e=",0
            ENDIF
            ENDIF

; A, which is below 100, in two digits. Keeps BC.
decimal:
            ld d,'0'
.tens:
            sub 10
            jr c,.ones
            inc d
            jr .tens
.ones:
            add a,10+'0'
            ld e,a
            ld a,d
            push de
            call put
            pop de
            ld a,e
            jp put

; The text at HL, up to its zero. Keeps BC.
print:
            ld a,(hl)
            or a
            ret z
            inc hl
            call put
            jr print

; The character in A. Keeps BC, DE and HL.
put:
            push bc
            push de
            push hl
            ld e,a
            ld c,C_RAWIO
            call BDOS
            pop hl
            pop de
            pop bc
            ret

; The next key, in A.
key:
            ld c,C_RAWIO
            ld e,0FFh
            call BDOS
            or a
            jr z,key
            ret
