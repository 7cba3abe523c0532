; Texts to the console, as they stand in memory; TALK uses it, too. All registers may change.

new_line:
            ld hl,text_new_line
; HL -> text, ended by TEXT_END
print:
            ld a,(hl)
            or a
            ret z
            push hl
            call con_out
            pop hl
            inc hl
            jr print
