; The question's pieces: src/model/pieces.ts. Every two and three letters next to each other, with a blank at both
; ends of the question, choose a column of the first layer by a hash of 16 bits:
;
;       " hi "      " h"  " hi"     "hi"  "hi "     "i "
;
; A piece of three goes on from the hash of its first two. Each adds its column at once: nothing is counted first, as
; sums do not care for order.

; Make the base for the question in line.
encode_question:
            call fold
            call begin_base
            ld hl,line_length
            ld a,(hl)
            or a
            ret z                   ; nothing was asked: no pieces
            inc a
            ld b,a                  ; B = pieces of two
            ld e,a
            ld d,0
            ld hl,line_space
            ld (hl),' '
            push hl
            add hl,de
            ld (hl),' '
            pop hl
.piece:                             ; HL -> its first letter
            push bc
            push hl
            ld e,(hl)
            inc hl
            ld a,(hl)
            inc hl
            ld c,(hl)
            push bc
            ld l,e
            ld h,0
            call mix
            push hl
            call add_piece
            pop hl
            pop bc
            ld a,c
            dec b                   ; the last has no third letter
            call nz,mix_piece
            pop hl
            pop bc
            inc hl
            djnz .piece
            ret

; Add the column of the piece that has one letter more, A, than the one whose hash is HL.
mix_piece:
            call mix
; Add the column of the piece with the hash HL.
add_piece:
            ld a,l
            and low (BUCKETS-1)
            ld l,a
            ld a,h
            and high (BUCKETS-1)
            jp add_column

; HL = 31*HL + A. Changes DE.       114 T-states
mix:
            ld d,h
            ld e,l
            rept 5
            add hl,hl
            endm
            or a
            sbc hl,de
            ld e,a
            ld d,0
            add hl,de
            ret
