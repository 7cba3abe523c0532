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
            if MEMORY
            call add_pieces
            ld a,(remembered)       ; the answer before has a column of its own
            or a
            ret z
            ld l,a
            ld h,0
            ld de,BUCKETS-1
            add hl,de
            ld a,h
            jp add_column
add_pieces:
            endif
            ld hl,line_length
            ld a,(hl)
            or a
            ret z                   ; nothing was asked: no pieces
            inc a
            ld b,a                  ; B = places: pieces of two
            ld e,a
            ld d,0
            ld hl,line_space
            ld (hl),' '
            add hl,de
            ld (hl),' '
            ld ix,line_space
            ld c,FIRST_PLACES
.place:                             ; IX -> its first letter, C = places until counts must be settled
            push bc
            ld l,(ix+0)
            ld h,0
            ld a,(ix+1)
            call mix
            push hl
            call add_piece
            pop hl
            pop bc
            dec b
            ret z                   ; the last has no third letter
            push bc
            ld a,(ix+2)
            inc ix
            call mix_piece
            pop bc
            dec c
            call z,settle
            jr .place

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

; HL = 31*HL + A, of which 13 bits are right: more than any model has buckets for. Changes C, DE.        89 T-states
mix:
            ld c,a
            ld a,l
            rrca                    ; 32*HL is L moved by five bits, as far as it counts
            rrca
            rrca
            ld d,a
            and 1Fh
            ld e,a
            ld a,d
            and 0E0h
            sub l
            ld l,a
            ld a,e
            sbc a,h
            ld h,a
            ld a,l
            add a,c
            ld l,a
            ret nc
            inc h
            ret
