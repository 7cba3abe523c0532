; The minds on a disk.

LIST_COLUMNS equ 6

; `/LIST`, `/LIST B:`
list_command:
            call take_drive
            jr c,.wrong
            call skip_blanks
            jr z,list
.wrong:
            ld hl,text_no_drive
            jp print

list_default:
            ld b,0
            call take_drive
; All minds on the drive in fcb, in the order of its directory.
list:
            ld hl,fcb
            call real_drive
            ld hl,fcb+1
            ld b,NAME_LENGTH
.any:
            ld (hl),'?'
            inc hl
            djnz .any
            call default_buffer
            xor a
            ld (listed),a
            ld c,F_FIRST
.next:
            ld de,fcb
            call BDOS
            cp 4
            jr nc,.end
            rrca                    ; 32 bytes for each
            rrca
            rrca
            add a,TAIL+1
            ld l,a
            ld h,0
            ld a,(listed)
            or a
            call z,.title
            call .entry
            ld c,F_NEXT
            jr .next
.end:
            ld a,(listed)
            or a
            ret nz
            ld hl,text_no_minds
            jr .drive

; "Minds on A:"
.title:
            push hl
            ld hl,text_minds
            call .drive
            pop hl
            ret
.drive:
            call print
            ld hl,fcb
            jp print_drive

; The name at HL, with a star before it if it is the one that is loaded; (listed) counts.
.entry:
            push hl
            ld hl,listed
            ld a,(hl)
            inc (hl)
            jr nz,.column
            ld (hl),LIST_COLUMNS*(255/LIST_COLUMNS) ; a full line: it must not come to none
.column:
            sub LIST_COLUMNS
            jr nc,.column
            add a,LIST_COLUMNS
            call z,new_line
            pop hl
            push hl
            call .is_loaded
            ld a,' '
            jr nz,.mark
            ld a,'*'
.mark:
            call con_out
            ld a,' '
            call con_out
            pop hl
            ld b,NAME_LENGTH
.character:
            ld a,(hl)
            and 7Fh
            inc hl
            push hl
            push bc
            call con_out
            pop bc
            pop hl
            djnz .character
            ld a,' '
            jp con_out

; Z if the name at HL is that of the mind that is loaded.
.is_loaded:
            ld a,(fcb)
            ld de,loaded
            ex de,hl
            cp (hl)
            ret nz
            inc hl
            ld b,NAME_LENGTH
.compare:
            ld a,(de)
            xor (hl)
            and 7Fh
            ret nz
            inc de
            inc hl
            djnz .compare
            ret
