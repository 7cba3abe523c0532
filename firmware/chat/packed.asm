; A column stored as bits, a third of the size of its lists or a little more, and three times as slow:
;
;       for every 8 rows: a mask of the rows whose weight is not zero, first row in bit 7
;       a code for each of those: in a column without -2 a sign, 1 for +1 and 0 for -1,
;                                 in one with -2 1 for +1, 01 for -1, 00 for -2
;       codes are packed eight bits to a byte, first in bit 7, and each such byte stands in the stream just where the
;           decoder runs out of bits
;
; All of it lies within one page. The busiest such columns are made lists when the program starts (unpack.asm).
;
;       walk_signs, walk_twos   HL -> masks, C = input, D = low page of the accumulators
;                               changes A, E, H, L; keeps B, C, D
;
; Within: A = mask, in H while A adds; B = bits of codes, then an end mark; L = the stream's place in its page.

SLA_B       equ 20CBh           ; as the word at packed_minus: SLA B, or a JR over what only -2 needs
JR_ONCE     equ ((packed_once-packed_minus-2) << 8)+18h

walk_signs:
            push hl
            ld hl,JR_ONCE
            jr walk_packed
walk_twos:
            push hl
            ld hl,SLA_B
walk_packed:
            ld (packed_minus),hl
            pop hl
            push bc
            ld a,h
            ld (packed_masks+1),a
            ld (packed_refill+1),a
            ld e,0
            ld b,80h                        ; no bit left: only the end mark, which SLA will find
packed_masks:
            ld h,0
            ld a,(hl)
            inc l
            rept 8,k
            add a,a                         ; 4     20 for a zero
            jr nc,packed_next ## k          ; 7
            ld h,a                          ; 4     76 for a +1
            sla b                           ; 8
            call z,packed_refill            ; 10    (61 more for one bit in eight)
            jr nc,packed_minus ## k         ; 7
            ld a,(de)                       ; 7
            add a,c                         ; 4
            ld (de),a                       ; 7
            call c,packed_carry             ; 10    (50 more)
packed_done ## k:
            ld a,h                          ; 4
packed_next ## k:
            inc e                           ; 4
            endm
            ld a,e
packed_end: cp 0                            ; rows of the layer, rounded up to 8, modulo 256
            jp nz,packed_masks
            pop bc
            ret
            rept 8,k
packed_minus ## k:
            call packed_minus               ; 17    122 for a -1, 128 and 186 with codes for -2
            jr packed_done ## k             ; 12
            endm

; Carry = the next bit of codes, of which B has none left. Keeps A, which is the mask.
packed_refill:
            ld h,0
            ld b,(hl)
            inc l
            ld h,a
            scf                             ; the end mark, behind the eight bits
            rl b
            ret

; Row E, whose code begins with 0.
packed_minus:
            sla b                           ; 8     or the JR, 12
            call z,packed_refill            ; 10
            jr c,packed_once                ; 12
            call packed_once
packed_once:
            ld a,(de)                       ; 7
            sub c                           ; 4
            ld (de),a                       ; 7
            ret nc                          ; 11
            inc d
            ld a,(de)
            dec a
            ld (de),a
            dec d
            ret
packed_carry:
            inc d
            ld a,(de)
            inc a
            ld (de),a
            dec d
            ret

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
