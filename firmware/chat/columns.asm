; The first layer of a closed model: thousands of columns, each of a few rows, one byte a weight.
;
;       a column    header      p*16 + m            p times +1, m times -1 (a -2 is listed twice)
;                   p rows
;                   m rows
;
;       a long one  header      0F0h + m            15-m times +1, m times -1
;                   15 rows
;                   word        address of a column that goes on with it
;
; Columns stand one behind the other, wherever pages end. Only every GROUP-th has an address: from there the program
; steps over those in between, by their headers. Three tables, made when the program starts, tell of each header how
; many bytes its column has, and where to enter the two unrolled loops.
;
; An input of this layer is a count times 32, so its sums are kept in units of 32: a row's count is a signed byte in
; the first page. Where one leaves its byte, which INC and DEC tell by their overflow, from then on a second page
; counts how often, upwards less downwards; (counting) is 0 then, and the sums are worked out in 16 bits before the
; next layer looks at them. So this is exact for every question, and costs nothing else for those where it is not needed.

GROUP           equ 8
LONG            equ 0F0h            ; the first header of a long column
LIST_MOST       equ 15
HIT_BYTES       equ 7

; A row's count up or down by one.              T-states
hit         macro operation,over
            ld a,(de)               ; 7     38 a weight
            inc de                  ; 6
            ld l,a                  ; 4
            operation (hl)          ; 11
            call pe,over            ; 10
            endm

; Start the base from the biases.
begin_base:
            ld hl,FIRST_COUNTS
            ld de,base
            ld a,FIRST_BLOCKS
            call copy_blocks
            ld a,FIRST_FITS
            ld (counting),a
            or a
            ret nz
            ld hl,FIRST_HIGHS
            ld de,base+100h
            ld a,FIRST_BLOCKS
            jp copy_blocks

; Both loops within a page.
            ds (low ($+LOOPS_AT)) > 256-LOOPS ? 256-(low ($+LOOPS_AT)) : 0

; Add column HL to the counts in page A.
add_column:
            ld (column_page+1),a
            ld a,l
            and GROUP-1
            ld b,a
            srl h                   ; two bytes of address a group
            rr l
            srl h
            rr l
            res 0,l
            ld de,FIRST_GROUPS
            add hl,de
            ld a,(hl)
            inc hl
            ld h,(hl)
            ld l,a
            ld d,high column_bytes
            inc b
            jr .next
.skip:
            ld e,(hl)               ; 7     47 a column that is stepped over
            ld a,(de)               ; 7
            add a,l                 ; 4
            ld l,a                  ; 4
            jr nc,.next             ; 12
            inc h
.next:      djnz .skip              ; 13
            ex de,hl
column_part:                        ; DE -> header
column_page:
            ld h,high base          ; 7     117 a column
            ld a,(de)               ; 7
            inc de                  ; 6
            ld c,a                  ; 4
            ld b,high column_plus   ; 7
            ld a,(bc)               ; 7
            ld (.plus+1),a          ; 13
.plus:      jp plus_rows            ; 10
plus_rows:
            rept LIST_MOST
            hit inc,count_up
            endm
plus_end:
            inc b                   ; 4
            ld a,(bc)               ; 7
            ld (.minus+1),a         ; 13
.minus:     jp minus_rows           ; 10
minus_rows:
            rept LIST_MOST
            hit dec,count_down
            endm
minus_end:
            ld a,c                  ; 4
            cp LONG                 ; 7
            ret c                   ; 11
            ex de,hl
            ld e,(hl)
            inc hl
            ld d,(hl)
            jp column_part

LOOPS_AT        equ plus_rows-add_column
LOOPS           equ minus_end+1-plus_rows
            assert (high plus_rows) == (high plus_end)
            assert (high minus_rows) == (high minus_end)
            assert plus_end-plus_rows == LIST_MOST*HIT_BYTES

; The count at HL went from 127 to -128, or back. Keeps A, BC, DE, HL.
count_up:
            call count_wide
            inc (hl)
            dec h
            ret
count_down:
            call count_wide
            dec (hl)
            dec h
            ret
; HL -> the row in the second page, which begins with zeros when it is first needed.
count_wide:
            inc h
            ld a,(counting)
            or a
            ret z
            push hl
            xor a
            ld (counting),a
            ld l,a
.clear:
            ld (hl),a
            inc l
            jr nz,.clear
            pop hl
            ret

; Counts in set A to sums in 16 bits, 32 times the count and 4 times the rest. The two bits that this leaves out of a
; bias never reach the shifted sum.
widen:
            ld hl,set_a
.row:
            ld a,(hl)
            ld e,a
            inc h
            rla
            sbc a,a
            add a,(hl)
            dec h
            ld d,a                  ; DE = the count
            ex de,hl
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

; ---- tables by header ----------------------------------------------------------------------------------------

; Made once. C and B are where lists of p and m rows are entered.
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
