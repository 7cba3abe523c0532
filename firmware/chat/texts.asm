; Texts of replies, packed by the build (src/build/packed-texts.ts): pairs of codes that come often have a code of their own,
; and pairs of those, too.
;
;       00h             end of the text
;       01h, 02h        the secret of the game, the number of its questions
;       0Ah             a new line
;       20h - 7Eh       themselves
;       80h - 0FFh      the two codes that stand at PAIRS + 2*(code-80h)

TEXT_SECRET equ 1
TEXT_COUNT  equ 2

; Say the text at HL, until it is stopped.
say_text:
            ld a,(hl)
            or a
            ret z
            inc hl
            push hl
            call say_code
            pop hl
            jr say_text
; Say code A.
say_code:
            add a,a
            jr nc,.itself
            ld e,a
            ld d,0
            ld hl,PAIRS
            add hl,de
            ld a,(hl)
            inc hl
            push hl
            call say_code
            pop hl
            ld a,(hl)
            jr say_code
.itself:
            rrca
            cp LF
            jr z,say_new_line
            if GAME
            cp TEXT_SECRET
            jr z,say_secret
            cp TEXT_COUNT
            jr z,say_count
            endif
; Say the character A, and look for a key. Nothing more is said when it was a stop.
say_character:
            ld c,a
            ld a,(stopped)
            or a
            ret nz
            ld a,c
            call answer_out
            ret nc
            ld (stopped),a          ; not 0
            ret
say_new_line:
            ld a,CR
            call say_character
            ld a,LF
            jr say_character

            if GAME
say_secret:
            ld a,(secret)
            call secret_at
            ld a,(hl)
            inc hl
            ld h,(hl)
            ld l,a
            jr say_text
say_count:
            ld a,(stopped)
            or a
            ret nz
            ld a,(questions)
            jp print_number
            endif
