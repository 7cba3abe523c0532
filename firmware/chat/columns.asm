; The first layer of a closed model: thousands of columns, each of a few rows, one byte per weight.
;
;       a column    header      p*16 + m            p times +1, m times -1 (a -2 is listed twice)
;                   p rows
;                   m rows
;
;       a long one  header      0F0h + m            15-m times +1, m times -1
;                   15 rows
;                   word        address of a column that goes on with it
;
; Columns stand one behind the other, wherever pages end, those whose numbers have equal low bytes together. Only the
; first of each such group has an address, and the number's high byte says how many the program steps over from there,
; by their headers. Three tables by header, made when the program starts (widen.asm), tell how many bytes a column has,
; and where to enter the two unrolled loops.
;
; An input of this layer is a count times 32, so its sums are kept in units of 32: a row's count is a signed byte in
; the first page. A piece moves it by 2 at most, so the build knows after how many places of a question the first could
; leave its byte. Then, and every SETTLED places from there on, counts are settled: those that are far from 0 give 128
; to a second page, where 128s are counted. (counting) is 0 from the first that does, and the sums are worked out in 16
; bits before the next layer looks at them. So every question is exact, and hardly any pays for it.

LONG            equ 0F0h            ; the first header of a long column
LIST_MOST       equ 15
HIT_BYTES       equ 4
SETTLED         equ 15              ; places of two pieces, and a fork: 31 times -2, from -64

; A row's count up or down by one.              T-states
hit         macro operation
            ld a,(de)               ; 7     28 per weight
            inc de                  ; 6
            ld l,a                  ; 4
            operation (hl)          ; 11
            endm

; A loop's entries, one more than its rows, within a page.
in_page     macro
            ds (low $) >= 256-HIT_BYTES*LIST_MOST ? 256-(low $) : 0
            endm

; Start the base from the biases.
begin_base:
            ld a,high base
            ld (column_page+1),a
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

; Add a column, low byte in L and high byte in A, to the counts in the page that is written into column_page.
add_column:
            inc a
            ld b,a
            ld h,high FIRST_COLUMNS
            ld a,(hl)
            inc h
            ld h,(hl)
            ld l,a
            ld d,high column_bytes
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
            ld h,high base          ; 7     117 per column
            ld a,(de)               ; 7
            inc de                  ; 6
            ld c,a                  ; 4
            ld b,high column_plus   ; 7
            ld a,(bc)               ; 7
            ld (.plus+1),a          ; 13
.plus:      jp plus_rows            ; 10
            in_page
plus_rows:
            rept LIST_MOST
            hit inc
            endm
plus_end:
            inc b                   ; 4
            ld a,(bc)               ; 7
            ld (.minus+1),a         ; 13
.minus:     jp minus_rows           ; 10
            in_page
minus_rows:
            rept LIST_MOST
            hit dec
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

            assert (high plus_rows) == (high plus_end)
            assert (high minus_rows) == (high minus_end)
            assert plus_end-plus_rows == LIST_MOST*HIT_BYTES

; Settle the base: counts of -64 to 63, and 128s in the second page, which begins with zeros when it is first needed.
; C = places until it must be done again; keeps B.     51 T-states per row
settle:
            ld hl,base
.row:
            ld a,(hl)
            add a,64
            call m,.far
            inc l
            ld a,l
            cp FIRST_ROWS
            jr nz,.row
            ld c,SETTLED
            ret
.far:
            ld a,(counting)
            or a
            call nz,.clear
            ld a,(hl)
            xor 80h
            ld (hl),a
            rla                     ; negative now: it was positive
            inc h
            jr c,.up
            dec (hl)
            dec h
            ret
.up:
            inc (hl)
            dec h
            ret
.clear:
            push hl
            xor a
            ld (counting),a
            ld l,a
            inc h
.zero:
            ld (hl),a
            inc l
            jr nz,.zero
            pop hl
            ret
