; Text to columns of the first layer: the two encoders of src/model/encoder.ts.
;
; A column is chosen by a hash modulo 128, so 8 bits of it are enough. An n-gram adds its column to the
; accumulators at once: nothing is counted first, as sums do not care for order.
;
; Sums are kept in units of 32, in one byte each, for all questions short enough that they cannot leave it
; (src/build/counts.ts tells how short), and in 16 bits for longer ones.
;
; What stays the same for a whole answer is added once, into the base: biases, the question, and those n-grams
; of the context that are still all spaces. A model's biases in layer_table already hold the context of eight
; spaces; each character of the answer then takes away the (at most three) n-grams of spaces that it breaks.
; Each character starts from a copy of the base and adds the n-grams that touch the answer.

CONTEXT     equ 8
COUNT_SCALE equ 32
CONTEXT_COLUMNS equ 80h             ; columns 0..127 are the question's

; A = (hash E)*31 + (HL)
mix         macro
            ld a,e
            add a,a
            add a,a
            add a,a
            add a,a
            add a,a
            sub e
            add a,(hl)
            endm

; Make the base for the question in line, and an empty context.
encode_query:
            ld hl,window            ; eight spaces, and eight more that stay
            ld b,2*CONTEXT
.clear:
            ld (hl),' '
            inc hl
            djnz .clear
            xor a
            ld (produced),a
            call first_layer

            ld a,(line_length)
            ld b,a
            ld hl,line
.leading:
            ld a,(hl)
            cp ' '
            jr nz,.text
            inc hl
            djnz .leading           ; nothing but spaces: no trigram at all
.text:
            push hl
            push bc
            call begin_base
            pop bc
            pop hl
            ld a,b
            or a
            ret z
; Fold to lower case in place, with a space at both ends; line has room for them.
            push hl
            push bc
.fold:
            ld a,(hl)
            call lower
            ld (hl),a
            inc hl
            djnz .fold
            ld (hl),' '
            pop bc
            pop hl
            dec hl
            ld (hl),' '
.trigram:                           ; HL -> its first character, B = trigrams left
            push hl
            ld e,(hl)               ; hash of one character
            inc hl
            mix
            inc hl
            ld e,a
            mix
            and 7Fh
            call add_column_to_base
            pop hl
            inc hl
            djnz .trigram
            ret

; Choose counts or 16 bits for a question of B trigrams, and start the base from the biases.
begin_base:
            ld a,b
            cp FIRST_LIMIT
            jr nc,.long
            ld a,1
            ld (counting),a
            ld (add_column_scale+1),a
            ld hl,FIRST_COUNTS
            ld de,base
            jr copy_first
.long:
            xor a
            ld (counting),a
            ld a,COUNT_SCALE
            ld (add_column_scale+1),a
            ld a,FIRST_LIMIT
            or a
            jr nz,.from_counts
            ld ix,layer_table
            ld a,high base
            jp load_biases
; A model that has counts has no biases for this layer: they are 32 times the count and 4 times the rest. The two
; bits that this leaves out of a bias never reach the shifted sum.
.from_counts:
            ld bc,FIRST_COUNTS
            ld de,base
.row:
            ld a,(bc)
            ld l,a
            rla
            sbc a,a
            ld h,a                  ; HL = the count
            add hl,hl
            add hl,hl
            add hl,hl
            push bc
            ld b,high FIRST_REST
            ld c,e
            ld a,(bc)
            ld c,a
            ld b,0
            add hl,bc
            pop bc
            add hl,hl
            add hl,hl
            ld a,l
            ld (de),a
            inc d
            ld a,h
            ld (de),a
            dec d
            inc bc
            inc e
            ld a,e
            cp FIRST_ROWS
            jr nz,.row
            ret

; Columns are the first layer's from here on.
first_layer:
            ld a,FIRST_MASK_ROWS
            ld (packed_end+1),a
            ret

; The first layer's accumulators for the next character, in set A.
encode_context:
            ld hl,base
            ld de,set_a
            call copy_first
            ld a,(counting)
            or a
            ld hl,base+100h
            ld de,set_a+100h
            call z,copy_first
            call first_layer
            ld a,(produced)
            ld b,CONTEXT-1
            ld hl,window
            ld d,high set_a
            neg
            add a,CONTEXT           ; the first position that is the answer's
            jr ngrams

copy_first:
            ld a,FIRST_BLOCKS
            jp copy_blocks

; A = character produced: shift it into the window and take from the base what it breaks.
add_to_context:
            push af
            call first_layer
            pop af
            call lower
            ld hl,window+1
            ld de,window
            ld bc,CONTEXT-1
            ldir
            ld (de),a
            ld hl,produced
            ld a,(hl)
            cp CONTEXT
            ret z                   ; no padding left
            inc (hl)
            ld a,CONTEXT-1          ; the position that was padding until now
            sub (hl)
            inc a
            ld b,a
            ld hl,spaces
            ld d,high base
            push af
            call walk_negative
            pop af
            call ngrams
            jp walk_positive

; Add the columns of all n-grams, n = 1..3, in the window at HL that end at a position of A..B, to the
; accumulators in page D. Windows do not cross a page.
ngrams:
            ld (.from+1),a
            ld (.window+1),hl
            ld c,a
            ld a,b
            cp c
            ret c                   ; none
            ld (.to+1),a
            ld a,c
            sub 2                   ; the start of the first n-gram that can end at A
            jr nc,.start
            xor a
.start:                             ; A = start of n-grams
            push af
            ld b,a                  ; B = position
            add a,2
.to:        cp 0
            jr c,.short
            ld a,(.to+1)
.short:
            ld (.last+1),a
            ld a,b
            add a,a
            add a,a
            add a,a
            sub b                   ; 7 times the start is where its hashes begin
            ld e,a
.position:
.window:    ld hl,0
            ld a,l
            add a,b
            ld l,a
            mix
            ld (.hash+1),a
            ld c,a
            ld a,b
.from:      cp 0
            ld a,c
            call nc,add_context_column
.hash:      ld e,0
            ld a,b
            inc b
.last:      cp 0
            jr nz,.position
            pop af
            inc a
            ld hl,.to+1
            cp (hl)
            jr c,.start
            jr z,.start
            ret

add_context_column:
            or CONTEXT_COLUMNS
            jr add_column
add_column_to_base:
            ld d,high base
; Add column A of the first layer to the accumulators in page D. Keeps B, D.
add_column:
            ld l,a
            ld h,high FIRST_COLUMNS
            ld a,(hl)
            inc h
            ld h,(hl)
            ld l,a
add_column_scale:
            ld c,0                  ; 1 or COUNT_SCALE
            jp walk

; Fold an ASCII capital in A
lower:
            cp 'A'
            ret c
            cp 'Z'+1
            ret nc
            add a,'a'-'A'
            ret
