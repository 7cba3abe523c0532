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
; Say the B characters at HL. Carry if a key has come.
say:
            inc b
            jr .more
.character:
            ld a,(hl)
            inc hl
            push hl
            push bc
            call con_out
            ld a,(deaf)
            or a
            ld a,(ahead_count)
            push af
            call z,ahead_collect
            pop bc
            ld a,(ahead_count)
            cp b
            pop bc
            pop hl
            scf
            ret nz                  ; a key
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

; The first layer's sums or counts for the fork, in set A. With one fork only, the base is there already.
fork_sums:
            ld a,FORKS-1
            or a
            jr z,.ready
            ld hl,base
            ld de,set_a
            ld a,FIRST_BLOCKS
            call copy_blocks
            ld a,(counting)
            or a
            ld hl,base+100h
            ld de,set_a+100h
            ld a,FIRST_BLOCKS
            call z,copy_blocks
            ld a,(fork)
            or a
            jr z,.ready
            ld l,a
            ld h,0
            ld de,BUCKETS-1
            add hl,de
            ld a,high set_a
            ld (column_page+1),a
            ld a,h
            call add_column
.ready:
            ld a,(counting)
            or a
            ret nz
            jp widen

; HL -> the choice of the fork whose output is the first maximum of those of its choices; (best) and (second) are that
; output and the next best, where there is one. Comparing without the two low bits is comparing after the shift; sums
; are biased to be unsigned.
first_maximum:
            ld a,(fork)
            ld l,a
            ld h,0
            add hl,hl
            ld de,FORKS_AT
            add hl,de
            ld c,(hl)
            inc hl
            ld b,(hl)
            ld a,(bc)
            inc bc                  ; BC -> outputs
            add a,c
            ld (.end+1),a
            ld hl,0
            ld (best),hl
            ld (second),hl
            ld a,c
            ld (.first+1),a
            ld (.best+1),a
            ld e,l                  ; E = the second's high byte
            ld a,(source)
            inc a
            ld h,a                  ; HL -> high bytes
.output:                            ;       T-states
            ld a,(bc)               ; 7     65 an output that is far from the two best
            inc bc                  ; 6
            ld l,a                  ; 4
            ld a,(hl)               ; 7
            xor 80h                 ; 7
            cp e                    ; 4
            jr nc,.near             ; 7
.next:
            ld a,c                  ; 4
.end:       cp 0                    ; 7
            jr nz,.output           ; 12
            ld h,b
            ld l,c                  ; HL -> choices
.first:     ld c,0
.best:      ld a,0
            sub c
            ret z
            ld b,a
.skip:
            ld a,(hl)
            inc hl
            rlca
            ld e,a
            srl e
            and 1
            add a,e
            ld e,a
            ld d,0
            add hl,de
            djnz .skip
            ret
.near:
            ld d,a
            dec h
            ld a,(hl)
            inc h
            and 0FCh
            ld e,a
            push hl
            ld hl,(second)
            or a
            sbc hl,de
            jr nc,.done
            ld hl,(best)
            or a
            sbc hl,de
            jr c,.best_of_all
            ld (second),de
            jr .done
.best_of_all:
            add hl,de
            ld (second),hl
            ld (best),de
            ld a,c
            dec a
            ld (.best+1),a
.done:
            pop hl
            ld a,(second+1)
            ld e,a
            jr .next
