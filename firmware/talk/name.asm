; Names of minds as they are typed (`GUESS`, `b:guess`, `GUESS.MND`), parsed into fcb.

NAME_LENGTH equ 8

; Parse the name at HL, with B characters left on the line, and advance HL and B past it. Carry if it is invalid.
take_name:
            call take_drive
            ret c
            ld de,fcb+1
            ld c,NAME_LENGTH+1
.character:
            call next_upper
            jr z,.end
            cp '.'
            jr z,.type
            call is_legal
            ret c
            dec c
            scf
            ret z                   ; too long
            ld (de),a
            inc de
            jr .character
.type:
            ld de,fcb+1+NAME_LENGTH
            ld c,3
.letter:
            call next_upper
            scf
            ret z
            ex de,hl
            cp (hl)
            ex de,hl
            scf
            ret nz                  ; another type
            inc de
            dec c
            jr nz,.letter
            call next_upper
            scf
            ret nz
.end:
            ld a,(fcb+1)
            cp ' '+1                ; carry: not one character
            ret

; Clear fcb and set its drive from HL, if one is given there; HL and B advance past it. Carry for an invalid drive.
take_drive:
            push hl
            push bc
            ld hl,no_name
            ld de,fcb
            ld bc,NO_NAME_BYTES
            ldir
            ld h,d
            ld l,e
            dec hl                  ; the last of them is 0, and so is the rest
            ld bc,FCB_BYTES-NO_NAME_BYTES
            ldir
            pop bc
            pop hl
            ld a,b
            cp 2
            ccf
            ret nc
            inc hl
            ld a,(hl)
            dec hl
            cp ':'
            jr nz,.none
            call next_upper
            sub 'A'-1
            jr z,.bad
            cp 16+1
            ccf
            ret c
            ld (fcb),a
            inc hl
            dec b
            ret
.none:
            or a
            ret
.bad:
            scf
            ret
no_name:        db 0,'        MND',0
NO_NAME_BYTES   equ $-no_name

; A = the character at HL as a capital; advances past it. Z, without advancing, at a blank or at the end.
next_upper:
            inc b
            dec b
            ret z
            ld a,(hl)
            cp ' '
            ret z
            inc hl
            dec b
            call upper
            cp ' '                  ; not Z
            ret

; Carry if A cannot be in a name.
is_legal:
            cp ' '
            ret c
            cp DELETE
            ccf
            ret c
            push hl
            push bc
            ld hl,not_in_names
            ld bc,NOT_IN_NAMES
            cpir
            pop bc
            pop hl
            scf
            ret z
            or a
            ret
not_in_names:   db '<>.,;:=?*[]'
NOT_IN_NAMES    equ $-not_in_names

name_wrong:
            ld hl,text_no_name
            call print
            scf
            ret
