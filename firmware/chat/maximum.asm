; A = index of the first maximum of the last layer's sums, shifted. Comparing without the two low bits is
; comparing after the shift.
first_maximum:
            ld a,(source)
            ld h,a
            ld l,0
            ld c,l                  ; BC = greatest so far, biased to be unsigned
            ld b,l
            ld a,(ix+DESC_ROWS)
            ld (.end+1),a
            ld a,l
            ld (.best+1),a
.row:
            ld a,(hl)
            and 0FCh
            ld e,a
            inc h
            ld a,(hl)
            dec h
            xor 80h
            ld d,a
            ld a,c
            sub e
            ld a,b
            sbc a,d
            jr nc,.not
            ld b,d
            ld c,e
            ld a,l
            ld (.best+1),a
.not:
            inc l
            ld a,l
.end:       cp 0
            jr nz,.row
.best:      ld a,0
            ret
