; An answer of a model that spells: a character each time through the network, until it is the end mark.
; Goes on where `answer` in chat.asm ends.

            call encode_query
            ld a,MAX_ANSWER
            ld (characters_left),a
.next:
            call encode_context
            call forward
            cp CHARSET_LENGTH-1
            ret z                   ; the end mark
            ld e,a
            ld d,0
            ld hl,charset
            add hl,de
            ld a,(hl)
            push af
            call add_to_context
            pop af
            call answer_out
            ret c
            ld hl,characters_left
            dec (hl)
            jr nz,.next
            ret
