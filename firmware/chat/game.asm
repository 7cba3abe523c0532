; A game of questions about a secret: src/model/game.ts. The network knows which fact is asked for, or which secret is
; guessed; the answer stands in a table.
;
;       SECRETS         for each secret two words: its name, and its truths
;       a name          as it is told, packed, ended by a zero; then what it may be called in a folded question, each ended by
;                       a zero; another zero
;       truths          two bits per fact, the first lowest: 0 no, 1 yes, 2 maybe

NO_SECRET   equ 0FFh

; Before the first question of a conversation
begin_game:
            ld a,(secret)
            inc a
            ret nz
            jr draw_secret

; Take another secret, unless nothing counts.
draw:
            ld a,(timing)
            or a
            ret nz
draw_secret:
            ld hl,(state)
            ld a,(seeded)
            or a
            jr nz,.fixed
            ld de,(moment)
            add hl,de
            ld a,r
            ld e,a
            ld d,0
            add hl,de
.fixed:
            ld b,h                  ; HL = 25173*HL + 13849
            ld c,l
            ld hl,0
            ld de,25173
            ld a,16
.bit:
            add hl,hl
            rl e
            rl d
            jr nc,.none
            add hl,bc
.none:
            dec a
            jr nz,.bit
            ld de,13849
            add hl,de
            ld (state),hl
            ld a,l
.hint:
            sub ANSWERS
            jr nc,.hint
            add a,ANSWERS
            ld (hint_at),a
            ld a,h
.secret:
            sub SECRET_COUNT
            jr nc,.secret
            add a,SECRET_COUNT
            ld hl,secret
            cp (hl)
            jr nz,.other            ; not the same one again
            inc a
            cp SECRET_COUNT
            jr nz,.other
            xor a
.other:
            ld (hl),a
            xor a
            ld (questions),a
            ld hl,told
.told:
            ld (hl),a
            inc l
            jr nz,.told
            ret

; ---- what a question comes to: HL -> the number of the fact or secret in its slot -------------------------

fact:
            ld e,(hl)
            call mark_told
            call truth
            add a,NO_SLOT
            push af
            call count
            pop af
; Say slot A, and whether that was the last question.
said:
            call say
            ld a,(timing)
            or a
            ret nz
            ld a,(questions)
            cp LIMIT
            ret c
            ld a,LOSE_SLOT
            call say_below
new_game_below:
            call draw
            ld a,AGAIN_SLOT
; Say slot A on a new line.
say_below:
            push af
            call say_new_line
            pop af
            jp say

guess:
            ld a,(hl)
            inc hl
            ld e,(hl)
            inc hl
            ld d,(hl)
            push af
            ex de,hl
            call skip_text          ; its name, as it is told
            call is_named
            pop bc                  ; B = the secret that was guessed
            ld a,SPELL_SLOT
            jp nc,say
            call count
            ld a,(secret)
            cp b
            ld a,NO_SLOT
            jr nz,said
            ld a,WIN_SLOT
            call say
            jr new_game_below

give_up:
            ld a,GIVE_UP_SLOT
            call say
            jr new_game_below

another:
            call draw
            ld a,AGAIN_SLOT
            jp say

; A fact that is true, has words of its own and was not told yet.
hint:
            ld a,(hint_at)
            ld c,a
            ld b,ANSWERS
.look:
            ld a,c
            call voice
            ld a,(hl)
            cp KIND_FACT
            jr nz,.next
            inc hl
            ld e,(hl)
            inc hl
            ld a,(hl)
            inc hl
            or (hl)
            jr z,.next
            ld h,high told
            ld l,c
            ld a,(hl)
            or a
            jr nz,.next
            push bc
            call truth
            pop bc
            dec a
            jr z,.found
.next:
            inc c
            ld a,c
            cp ANSWERS
            jr c,.more
            ld c,0
.more:      djnz .look
            ld a,NO_HINT_SLOT
            jp say
.found:
            ld a,c
            ld (slot),a
            call mark_told
            call count
            ld a,(slot)
            jp said

; ---- parts -----------------------------------------------------------------------------------------------

; A question more, unless nothing counts. Keeps B.
count:
            ld a,(timing)
            or a
            ret nz
            ld hl,questions
            inc (hl)
            ret

; The fact of (slot) need not be told as a hint any more. Keeps DE.
mark_told:
            ld a,(timing)
            or a
            ret nz
            ld a,(slot)
            ld h,high told
            ld l,a
            ld (hl),1
            ret

; HL -> the two words of secret A. Keeps DE.
secret_at:
            ld l,a
            ld h,0
            add hl,hl
            add hl,hl
            ld bc,SECRETS
            add hl,bc
            ret

; A = what fact E is of the secret: 0 no, 1 yes, 2 maybe
truth:
            ld a,(secret)
            call secret_at
            inc hl
            inc hl
            ld a,(hl)
            inc hl
            ld h,(hl)
            ld l,a
            ld a,e
            rrca
            rrca
            and 3Fh
            add a,l
            ld l,a
            jr nc,.byte
            inc h
.byte:
            ld a,e
            and 3
            inc a
            ld b,a
            ld a,(hl)
            jr .fact
.shift:
            rrca
            rrca
.fact:      djnz .shift
            and 3
            ret

; HL -> behind the text at HL
skip_text:
            ld a,(hl)
            inc hl
            or a
            jr nz,skip_text
            ret

; Carry where one of the names at HL stands in the folded line, as words of its own or with an s behind it.
is_named:
            ld a,(line_length)
            ld e,a
            ld d,0
            push hl
            ld hl,line+1            ; behind the blank that ends the line
            add hl,de
            ld (hl),d
            pop hl
.name:
            ld a,(hl)
            or a
            ret z                   ; none does
            ld de,line_space
            ld a,(line_length)
            inc a
            ld b,a
.place:
            ld a,(de)
            cp ' '
            jr nz,.next
            push de
            push hl
.letter:
            inc de
            ld a,(hl)
            inc hl
            or a
            jr z,.end
            ld c,a
            ld a,(de)
            cp c
            jr z,.letter
.not_here:
            pop hl
            pop de
.next:
            inc de
            djnz .place
            call skip_text
            jr .name
.end:
            ld a,(de)
            cp ' '
            jr z,.here
            cp 's'
            jr nz,.not_here
            inc de
            ld a,(de)
            cp ' '
            jr nz,.not_here
.here:
            pop hl
            pop de
            scf
            ret
