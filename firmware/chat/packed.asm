; A column stored as bits, about half the size of its lists and a third of their speed:
;
;       for every 8 rows: a mask of the rows whose weight is not zero, first row in bit 7
;       a code for each of those: in a column without -2 a sign, 1 for +1 and 0 for -1
;                                 in one with -2         1 for +1, 01 for -1, 00 for -2
;       codes are packed eight bits to a byte, first in bit 7, and each such byte stands in the stream just where the
;           decoder runs out of bits
;
; All of it lies within one page. The busiest of these columns are made lists when the program starts (unpack.asm).
;
;       walk_signs, walk_twos   HL -> masks, C = input, D = low page of the accumulators
;                               changes A, E, H, L; keeps B, C, D

; The word at packed_minus: JR packed_second, or SUB with the input
JR_SECOND   equ ((packed_second-packed_minus-2) << 8)+18h
SUB_INPUT   equ 0D6h

walk_twos:
            push bc
            ld bc,JR_SECOND
            ld (packed_minus),bc
            pop bc
            ld a,c
            ld (packed_one+1),a
            ld (packed_two+1),a
            ld (packed_two+5),a
            ld (packed_borrowed+1),a
            jr walk_packed
walk_signs:
            ld a,SUB_INPUT
            ld (packed_minus),a
            ld a,c
            ld (packed_minus+1),a
walk_packed:
            push bc
            ld (packed_add+1),a
            ld e,0
            ld c,80h                ; no bit left: only the end mark, which SLA will find
packed_masks:
            ld a,(hl)
            inc l
            rept 8
            add a,a                 ; 4     18 for a row of zero weight
            call c,packed_row       ; 10    (17)
            inc e                   ; 4
            endm
            ld a,e
packed_end: cp 0                    ; rows of the layer, rounded up to 8, modulo 256
            jp nz,packed_masks
            pop bc
            ret

packed_refill:
            ld c,(hl)
            inc l
            scf                     ; the end mark, behind the eight bits
            rl c
            jr packed_first

; Row E. Keeps A.
packed_row:
            ld b,a                  ; 4     98 for a +1, of which are 25 for the row
            sla c                   ; 8
            jr z,packed_refill      ; 7     (38 more for one bit in eight)
packed_first:
            ld a,(de)               ; 7
            jr c,packed_add         ; 12
packed_minus:
            sub 0                   ; 7     93 for a -1 among signs
            ld (de),a               ; 7
            jr c,packed_borrow      ; 7
            ld a,b                  ; 4
            ret                     ; 10
packed_add: add a,0                 ; 7
            ld (de),a               ; 7
            jr c,packed_carry       ; 7
            ld a,b                  ; 4
            ret                     ; 10
packed_second:
            sla c                   ; 8     127 for a -1, 146 for a -2
            jr z,packed_again       ; 7
packed_number:
            jr nc,packed_two        ; 7
packed_one: sub 0                   ; 7
            ld (de),a               ; 7
            jr c,packed_borrow      ; 7
            ld a,b                  ; 4
            ret                     ; 10
packed_two: sub 0                   ; 7
            jr c,packed_borrowed    ; 7
            sub 0                   ; 7
            ld (de),a
            jr c,packed_borrow
            ld a,b
            ret
packed_borrowed:
            sub 0
            ld (de),a
            inc d
            ld a,(de)
            sbc a,1
            jr packed_high
packed_borrow:
            inc d
            ld a,(de)
            dec a
            jr packed_high
packed_carry:
            inc d
            ld a,(de)
            inc a
packed_high:
            ld (de),a
            dec d
            ld a,b
            ret

packed_again:
            ld c,(hl)
            inc l
            scf
            rl c
            jr packed_number

            if !CLOSED
; The column whose head is before HL is to be subtracted: add it times -C, in 16 bits where those count.
packed_negative:
            dec l
            push bc
            push hl
            xor a
            sub c
            ld c,a
            call .add
            pop hl
            ld a,(counting)
            or a
            jr nz,.done
            inc d
            ld c,0FFh
            call .add
            dec d
.done:      pop bc
            ret
.add:       ld a,(hl)
            inc l
            ld (.enter+1),a
.enter:     jp add_page
            endif
