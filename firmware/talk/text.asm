; Printing, and the texts. All registers may change.

            include "../chat/print.asm"

; The name in fcb as it was typed
print_name:
            ld hl,fcb
            ld a,(hl)
            or a
            call nz,print_drive
            ld hl,fcb+1
; The letters of a name, up to the blank
print_letters:
            ld b,NAME_LENGTH
.letter:
            ld a,(hl)
            and 7Fh
            cp ' '
            ret z
            inc hl
            push hl
            push bc
            call con_out
            pop bc
            pop hl
            djnz .letter
            ret

; "B:" for the drive at HL
print_drive:
            ld a,(hl)
            add a,'A'-1
            call con_out
            ld a,':'
            jp con_out

; HL = the end of memory: how many K there are from 0100h to it, the last one begun
print_kilobytes:
            ld de,3FFh-TPA
            add hl,de
            ld l,h
            ld h,0
            srl l
            srl l
; HL in decimal
print_number:
            ld de,-10
            ld bc,-1
.tens:
            inc bc
            add hl,de
            jr c,.tens
            ld a,l
            add a,10+'0'
            push af
            ld h,b
            ld l,c
            ld a,h
            or l
            call nz,print_number
            pop af
            jp con_out

            include "../shared/hex.inc"
            hex_printer
            push hl
            call con_out
            pop hl
            ret

text_title:     db 'TALK: minds from disk. Type ? for help.',CR,LF,TEXT_END
text_prompt:    db CR,LF,'> ',TEXT_END
text_new_line:  db CR,LF,TEXT_END
text_bye:       db 'Good-bye.',CR,LF,TEXT_END
text_help:
            db '/LOAD NAME loads a mind from disk, /LOAD B:NAME one from drive B.',CR,LF
            db '/LIST lists them, /INFO describes the one loaded. /BYE, ! or ^C leaves.',TEXT_END
text_commands:  db 'Commands: /LOAD NAME, /LIST, /INFO, /BYE.',TEXT_END
text_nobody:    db 'No mind is loaded: /LOAD NAME, or /LIST.',TEXT_END
text_no_name:   db 'A name has 1 to 8 characters: GUESS, B:GUESS.',TEXT_END
text_no_drive:  db 'Drives are A: to P:.',TEXT_END
text_missing:   db ' is not on this disk.',TEXT_END
text_no_mind:   db ': this is no mind.',TEXT_END
text_newer:     db ' was made for a newer TALK.',TEXT_END
text_other:     db ' was made for another TALK.',TEXT_END
text_damaged:   db ' is damaged.',TEXT_END
text_none_left: db ' No mind is loaded now.',TEXT_END
text_needs:     db ' needs ',TEXT_END
text_has:       db 'K, has ',TEXT_END
text_k:         db 'K.',TEXT_END
text_minds:     db 'Minds on ',TEXT_END
text_no_minds:  db 'No minds on ',TEXT_END
text_mnd:       db '.MND: ',TEXT_END
text_bytes:     db ' bytes, needs ',TEXT_END
text_version:   db 'K, version ',TEXT_END
text_sum:       db ', checksum ',TEXT_END
