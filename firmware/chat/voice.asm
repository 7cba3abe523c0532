; One answer of a model with a voice: texts of its own for its answers, which take turns. What it says in a conversation is
; src/model/conversation.ts, of which this is the firmware. The build makes, for everything that can be said (a slot: the
; answers in order, the fallback if it is none of them, a game's texts),
;
;       VOICES          for each slot four bytes: its kind; the number of its fact or secret; word: address of its texts
;       texts           how many, then each packed (texts.asm)
;
; Goes on where `answer` in chat.asm ends.

KIND_PLAIN      equ 0
KIND_FALLBACK   equ 1           ; is not remembered, as it is about nothing
KIND_REPEAT     equ 2
KIND_FACT       equ 3
KIND_SECRET     equ 4
KIND_HINT       equ 5
KIND_GIVE_UP    equ 6
KIND_AGAIN      equ 7

            if GAME
            call begin_game
            endif
            call encode_question
            xor a
            ld (stopped),a
            ld (fork),a
            call fork_sums
            call forward            ; A = the choice
            ld e,a
            ld hl,(best)
            ld bc,(second)
            or a
            sbc hl,bc
            ld bc,MARGIN
            sbc hl,bc               ; no carry so far: the best is not less than the second
            ld a,e
            jr nc,.sure
            ld a,UNKNOWN_SLOT
.sure:
            ld (slot),a
            call voice
            ld a,(hl)
            inc hl
            if GAME                 ; an action cannot be taken back: it must be surer
            cp KIND_HINT
            jr c,.known
            ld d,a
            ld hl,(best)
            ld bc,(second)
            or a
            sbc hl,bc
            ld bc,ACTION_LEAD
            sbc hl,bc
            ld a,UNKNOWN_SLOT
            jp c,say
            ld a,d
.known:
            endif
            cp KIND_REPEAT
            jr z,say_again
            cp KIND_FALLBACK
            jr z,say_slot
            if MEMORY
            ld c,a
            ld a,(timing)
            or a
            jr nz,.forget
            ld a,(slot)
            inc a
            ld (remembered),a
.forget:
            ld a,c
            endif
            if GAME
            cp KIND_FACT
            jp z,fact
            cp KIND_SECRET
            jp z,guess
            cp KIND_HINT
            jp z,hint
            cp KIND_GIVE_UP
            jp z,give_up
            cp KIND_AGAIN
            jp z,another
            endif
say_slot:
            ld a,(slot)
; Say the text of slot A whose turn it is.
say:
            ld b,a
            ld h,high turns
            ld l,a
            ld c,(hl)
            ld a,(timing)
            or a
            jr nz,.same
            inc (hl)
.same:
            ld a,b
            call voice
            inc hl
            inc hl
            ld e,(hl)
            inc hl
            ld d,(hl)
            ld a,(de)
            inc de
            ld h,a                  ; texts
            ld a,c
.turn:
            sub h
            jr nc,.turn
            add a,h
            jr z,.found
            ld c,a
.skip:
            ld a,(de)
            inc de
            or a
            jr nz,.skip
            dec c
            jr nz,.skip
.found:
            ex de,hl
            ld a,b
            cp FORGOTTEN
            jp nc,say_text
            ld a,(timing)
            or a
            jp nz,say_text
            ld (last),hl
            jp say_text
say_again:
            ld hl,(last)
            ld a,h
            or l
            jr z,say_slot
            jp say_text

; HL -> the four bytes of slot A. Keeps BC.
voice:
            ld l,a
            ld h,0
            add hl,hl
            add hl,hl
            ld de,VOICES
            add hl,de
            ret

; ---- a new conversation ----------------------------------------------------------------------------------

; Carry, and DE = the number, where the line is a slash and a number; no carry for any other.
seed_in_line:
            ld a,(line)
            sub '/'
            ret nz
            ld de,0
            ld c,e                  ; 1: a digit has come; 2 and more: and a blank
            ld a,(line_length)
            ld b,a
            ld hl,line+1
            jr .next
.character:
            ld a,(hl)
            inc hl
            cp ' '
            jr z,.blank
            sub '0'
            cp 10
            jr nc,.other
            bit 1,c
            jr nz,.other
            push hl
            ld h,d
            ld l,e
            add hl,hl
            add hl,hl
            add hl,de
            add hl,hl
            ld e,a
            ld d,0
            add hl,de
            ex de,hl
            pop hl
            ld c,1
.next:      djnz .character
            ld a,c
            or a
            ret z
            scf
            ret
.blank:
            ld a,c
            or a
            jr z,.next
            ld c,2
            jr .next
.other:
            or a
            ret

; A conversation from the start, as chance will have it,
begin:
            xor a
            ld (timing),a
            ld h,a
            ld l,a
            ld (moment),hl
            ld d,a
            ld e,a
            jr begin_as
; or as the seed DE has it: turns begin with its low byte.
begin_with:
            ld a,1
begin_as:
            ld (seeded),a
            ld (state),de
            ld hl,turns
.turn:
            ld (hl),e
            inc l
            jr nz,.turn
            ld h,l
            ld (last),hl
            ld a,l
            ld (remembered),a
            if GAME
            ld (questions),a
            ld a,NO_SECRET
            ld (secret),a
            endif
            ret

; A line that is a seed
restart:
            call begin_with
            xor a                   ; as before an answer
            ld (stopped),a
            if GAME
            jp another
            else
            ret
            endif
