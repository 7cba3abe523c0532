; An answer of a closed set: from fork to fork through the tree of answers, of which the build makes
;
;       FORKS_AT        for each fork a word: its address
;
;       a fork          choices, modulo 256
;                       for each its output
;                       for each: characters, bit 7 set where another fork comes after them; that fork; the characters
;
; At a fork the choice with the largest output is taken, of equals the first. At the first fork it must be ahead of the
; next best by MARGIN, or the answer at UNKNOWN_AT is given instead. Nothing is said before that is decided.
;
; Goes on where `answer` in chat.asm ends.

GOES_ON         equ 80h

            call encode_question
            xor a
.fork:
            ld (fork),a
            call fork_sums
            call forward            ; HL -> the choice
            ld a,(fork)
            or a
            call z,trusted
            ld a,(hl)
            inc hl
            rlca
            ld b,a                  ; characters, doubled
            jr nc,.last
            ld a,(hl)
            inc hl
            srl b
            push af
            call say
            pop bc
            ret c
            ld a,b
            jr .fork
.last:
            srl b
; Say the B characters at HL. Carry if it was stopped.
say:
            inc b
            jr .more
.character:
            ld a,(hl)
            inc hl
            push hl
            push bc
            call answer_out
            pop bc
            pop hl
            ret c
.more:
            djnz .character
            or a
            ret

; HL -> the choice at the first fork, or the answer to other questions if it is not far enough ahead.
trusted:
            ex de,hl
            ld hl,(best)
            ld bc,(second)
            or a
            sbc hl,bc
            ld bc,MARGIN
            sbc hl,bc               ; no carry so far: the best is not less than the second
            ex de,hl
            ret nc
            ld hl,UNKNOWN_AT
            ret
