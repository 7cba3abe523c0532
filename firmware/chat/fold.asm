; The question as the network is asked it: fold of src/model/question.ts, in place.
;
;       "Hé,  don't   PANIC!"  ->  "he dont panic"
;
; Letters become small and lose their accents, apostrophes go, runs of other signs become single blanks, with none
; at either end. A terminal sends UTF-8, so what is beyond ASCII is two bytes or three:
;
;       C2 xx           signs                                   a blank
;       C3..C5 xx       Latin letters                           the letter without its accent (letters.inc)
;       CC, CD xx       accents upon the letter before          nothing
;       E2 80 xx        dashes, quotes; 98, 99: apostrophes     a blank; nothing
;       lead without a second byte                              a blank
;       everything else                                         itself
;
; What is written never overtakes what is read: every blank and letter comes of at least one byte.

SIGNS_LEAD      equ 0C2h
LETTERS_LEAD    equ 0C3h
LETTERS_END     equ 0C6h
MARKS_LEAD      equ 0CCh
MARKS_END       equ 0CEh
DASHES_LEAD     equ 0E2h
APOSTROPHES     equ 98h         ; and 99h

; Fold the line. Changes all registers but IX.
fold:
            ld hl,line_length
            ld e,(hl)
            ld b,e                  ; B = bytes left
            ld d,0
            ld hl,line
            push hl
            add hl,de
            ld (hl),d               ; nothing that a cut-off character could go on with
            pop hl                  ; HL -> the next byte
            ld d,h
            ld e,l                  ; DE -> where the next letter goes
            ld c,0                  ; C = 1: a blank comes before it
            inc b
            jr .more
.byte:
            ld a,(hl)
            inc hl
            or a
            jp m,.beyond
            cp 'a'
            jr c,.not_small
            cp 'z'+1
            jr c,.letter
.blank:
            ld a,e
            cp low line
            jr z,.more              ; none at the beginning
            ld c,1
.more:
            djnz .byte
            ld a,e
            sub low line
            ld (line_length),a
            ret
.letter:
            dec c
            jr nz,.no_blank
            ex de,hl
            ld (hl),' '
            inc hl
            ex de,hl
.no_blank:
            ld (de),a
            inc de
            ld c,0
            jr .more
.not_small:
            cp ' '
            jr z,.blank
            cp 60h                  ; apostrophes, back and straight
            jr z,.more
            cp 27h
            jr z,.more
            cp '0'
            jr c,.blank
            cp '9'+1
            jr c,.letter
            cp 'A'
            jr c,.blank
            cp 'Z'+1
            jr nc,.blank
            add a,'a'-'A'
            jr .letter

.beyond:
            cp DASHES_LEAD
            jr z,.dash
            cp SIGNS_LEAD
            jr c,.letter
            cp LETTERS_END
            jr c,.two
            cp MARKS_LEAD
            jr c,.letter
            cp MARKS_END
            jr nc,.letter
.two:
            push de
            ld e,a
            ld a,(hl)
            sub 80h
            cp 40h
            ld d,a
            ld a,e
            ccf
            jr c,.two_done          ; half a character is as good as a blank
            inc hl
            dec b
            cp MARKS_LEAD
            jr nc,.mark
            sub LETTERS_LEAD
            jr c,.two_done
            rrca                    ; 64 letters a lead
            rrca
            or d
; A = a letter's number, counted off in runs of up to eight of the same
            push hl
            ld hl,plain_letters
            ld d,a
.run:
            ld a,(hl)
            inc hl
            ld e,a
            rlca
            rlca
            rlca
            and 7
            cp d
            jr nc,.found
            cpl
            add a,d
            ld d,a
            jr .run
.found:
            pop hl
            ld a,e
            and 1Fh
            jr z,.two_done
            pop de
            or 60h
            jr .letter
.mark:
            pop de
            jp .more
.two_done:
            pop de
            jp .blank

.dash:
            ld a,(hl)
            cp 80h
            jr nz,.other
            inc hl
            ld a,(hl)
            dec hl
            sub 80h
            cp 40h
            jr nc,.other
            inc hl
            inc hl
            dec b
            dec b
            and 0FEh
            cp APOSTROPHES-80h
            jp z,.more
            jp .blank
.other:
            ld a,DASHES_LEAD
            jp .letter

; A byte for each run of equal letters: how many less one in bits 7 to 5, the letter's number in the alphabet in the
; rest (0: no letter).
plain_letters:
            include "letters.inc"
