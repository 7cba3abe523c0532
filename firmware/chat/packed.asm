; A column stored as bits, about half the size of its lists and a third of their speed:
;
;       for every 8 rows: a mask of the rows whose weight is not zero, first row in bit 7
;       a sign for each of those, 1 for +1: eight to a byte, first in bit 7, and each such byte stands in the
;           stream just where the decoder runs out of signs
;       then a head, as walk.asm knows it, and usually the second halves of the -2s as a -1 list
;
;       walk_packed     HL -> masks, C = input, D = low page of the accumulators
;                       changes A, E, H, L; keeps B, C, D

JR_C        equ 38h
JR_NC       equ 30h

walk_packed:
            push bc
            ld a,c
            ld (packed_add+1),a
            ld (packed_sub+1),a
            ld e,0
            ld c,80h                ; no sign left: only the end mark, which SLA will find
packed_masks:
            ld a,(hl)
            inc hl
            or a
            jr z,packed_none
            rept 8
            add a,a                 ; 4     18 for a row of zero weight
            call c,packed_row       ; 10    (17)
            inc e                   ; 4
            endm
            ld a,e
packed_end: cp 0                    ; rows of the layer, rounded up to 8, modulo 256
            jp nz,packed_masks
            pop bc
            jp walk
packed_none:
            ld a,e
            add a,8
            ld e,a
            jr packed_end

packed_refill:
            ld c,(hl)
            inc hl
            scf                     ; the end mark, behind the eight signs
            rl c
            jr packed_signed

; Row E; carry is to become the sign. Keeps A.
packed_row:
            ld b,a                  ; 4
            sla c                   ; 8
            jr z,packed_refill      ; 7
packed_signed:
            ld a,(de)               ; 7
packed_sign:
            jr c,packed_add         ; 7
packed_sub: sub 0                   ; 7
            ld (de),a               ; 7
            jr c,.borrow            ; 7
            ld a,b                  ; 4
            ret                     ; 10
.borrow:
            inc d
            ld a,(de)
            dec a
            ld (de),a
            dec d
            ld a,b
            ret
packed_add: add a,0
            ld (de),a
            jr c,.carry
            ld a,b
            ret
.carry:
            inc d
            ld a,(de)
            inc a
            ld (de),a
            dec d
            ld a,b
            ret
