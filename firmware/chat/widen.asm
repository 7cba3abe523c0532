; What columns.asm needs now and then: its tables, and counts made sums. (Before the walkers, as there is room in their
; page.)

; The tables by header of columns.asm, made once. C and B are where lists of p and m rows are entered.
make_tables:
            ld hl,column_bytes
            ld c,low plus_end
.plus:
            ld b,low minus_end
.minus:
            ld a,l
            cp LONG
            jr c,.short
            ld (hl),LIST_MOST+3
            ld e,HIT_BYTES          ; rows of +1 are fewer with each header
            jr .enter
.short:
            rrca
            rrca
            rrca
            rrca
            and 0Fh
            ld e,a
            ld a,l
            and 0Fh
            add a,e
            inc a
            ld (hl),a
            ld e,0
.enter:
            inc h
            ld (hl),c
            inc h
            ld (hl),b
            dec h
            dec h
            ld a,c
            add a,e
            ld c,a
            ld a,b
            sub HIT_BYTES
            ld b,a
            inc l
            ld a,l
            and 0Fh
            jr nz,.minus
            ld a,c
            sub HIT_BYTES
            ld c,a
            ld a,l
            or a
            jr nz,.plus
            ret

; Counts in set A to sums in 16 bits, 32 times the count and 4 times the rest. The two bits that this leaves out of a
; bias never reach the shifted sum.
widen:
            ld hl,set_a
.row:
            ld a,(hl)
            ld e,a
            rla
            sbc a,a
            ld d,a
            inc h
            ld b,(hl)               ; 128s
            dec h
            ld c,0
            sra b
            rr c
            ex de,hl
            add hl,bc               ; HL = the count
            add hl,hl
            add hl,hl
            add hl,hl
            ld b,high FIRST_REST
            ld c,e
            ld a,(bc)
            ld c,a
            ld b,0
            add hl,bc
            add hl,hl
            add hl,hl
            ld a,l
            ld (de),a
            inc d
            ld a,h
            ld (de),a
            dec d
            ex de,hl
            inc l
            ld a,l
            cp FIRST_ROWS
            jr nz,.row
            ret
