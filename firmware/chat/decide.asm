; What is chosen at a fork of the tree of answers: choose.asm and voice.asm.

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

; HL -> the choice of the fork whose output is the first maximum of those of its choices, or, of a model with a voice, A =
; its number; (best) and (second) are that output and the next best, where there is one. Comparing without the two low bits
; is comparing after the shift; sums are biased to be unsigned.
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
            if VOICE
.first:     ld c,0
.best:      ld a,0
            sub c
            ret
            else
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
            endif
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
