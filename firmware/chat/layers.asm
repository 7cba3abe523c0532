; From layer to layer. A layer's accumulators lie in set A or set B, three pages each: low bytes, high bytes,
; and the page where carries out of the high bytes go.
;
;       forward         first layer's sums in set A  ->  last layer's in the set at page (source); ends in first_maximum
;
; For each layer: load the next layer's biases into the other set; for each row that came out positive, walk the
; next layer's column of that row at once. So ReLU, shift and "which inputs are active" are one pass and leave
; no list behind.
;
; layer_table, one entry a layer, made by src/build:

DESC_LOW        equ 0       ; word: biases, low bytes ...
DESC_HIGH       equ 2       ; word: ... high bytes
DESC_BLOCKS     equ 4       ; biases to copy, in blocks of 16
DESC_MASK_ROWS  equ 5       ; real rows rounded up to 8, modulo 256 (packed.asm)
DESC_COLUMNS    equ 6       ; page of the columns' addresses, low bytes; high bytes in the next page
DESC_ROWS       equ 7       ; real rows, modulo 256
DESC_ENTRY      equ 8       ; word: where to enter the unrolled pass over the rows
DESC_PAIRS      equ 10      ; pairs of rows that share a row of sums
DESC_SHARED     equ 11      ; the first such shared row
DESC_LAST       equ 12      ; 1 in the last layer
DESC_UNPACK     equ 13      ; columns to make lists of, from the first on (unpack.asm)
DESC_SIZE       equ 14

PASS_UNROLL     equ 16
PASS_BYTES      equ 5       ; of one row
POSITIVE        equ 7Fh     ; the greatest high byte that is not negative

; Copy the biases of the layer at IX into the set at page A.
load_biases:
            ld d,a
            ld e,0
            ld l,(ix+DESC_LOW)
            ld h,(ix+DESC_LOW+1)
            push de
            call .page
            pop de
            inc d
            ld l,(ix+DESC_HIGH)
            ld h,(ix+DESC_HIGH+1)
.page:
            ld a,(ix+DESC_BLOCKS)
; Copy A blocks of 16 bytes from HL to DE. Up to 15 bytes more than needed are copied, to where nobody looks.
copy_blocks:
            rept 16
            ldi
            endm
            dec a
            jp nz,copy_blocks
            ret

forward:
            ld ix,layer_table
            ld a,(counting)
            or a
            ld a,high set_a
            jr z,.layer
            call next_layer
            ld a,high set_a
            ld (active_source+1),a
            call pass_counts
            jr .next
.layer:
            ld (source),a
            ld a,(ix+DESC_PAIRS)
            or a
            call nz,add_shared
            bit 0,(ix+DESC_LAST)
            jp nz,first_maximum
            ld a,(ix+DESC_ROWS)
            ld (pass_end+1),a
            ld l,(ix+DESC_ENTRY)
            ld h,(ix+DESC_ENTRY+1)
            ld (pass_enter+1),hl
            ld a,(source)
            call next_layer
            call pass
.next:
            ld a,(active_sums+1)
            jr .layer

; With the source layer in the set at page A: IX to the layer after it, its biases into the other set, and what the
; pass must know written into its code.
next_layer:
            ld c,a
            inc a
            ld (active_source+1),a
            ld a,c
            xor (high set_a) ^ (high set_b)
            ld (active_sums+1),a
            ld de,DESC_SIZE
            add ix,de
            ld a,(ix+DESC_COLUMNS)
            ld (active_columns+1),a
            ld a,(ix+DESC_MASK_ROWS)
            ld (packed_end+1),a
            ld a,(active_sums+1)
            jp load_biases

; Pairs of rows that have weights in common share a row that holds the sums of those: add it to both. The number
; of pairs is even.
add_shared:
            add a,(ix+DESC_SHARED)
            ld (.end+1),a
            ld a,(source)
            ld d,a
            ld e,0
            ld h,a
            ld l,(ix+DESC_SHARED)
.pair:
            rept 2
            ld c,(hl)
            inc h
            ld b,(hl)
            dec h
            inc l
            rept 2
            ld a,(de)
            add a,c
            ld (de),a
            inc d
            ld a,(de)
            adc a,b
            ld (de),a
            dec d
            inc e
            endm
            endm
            ld a,l
.end:       cp 0
            jp nz,.pair
            ret

; Walk the next layer's columns of all rows that are positive.
pass:
            ld a,(active_source+1)
            ld h,a
            ld l,0
            ld a,POSITIVE
pass_enter: jp 0
pass_rows:
            rept PASS_UNROLL
            cp (hl)                 ; 7     21 a row that is negative: no borrow where 7Fh >= high byte
            call nc,active          ; 10
            inc l                   ; 4
            endm
            ld a,l
pass_end:   cp 0                    ; rows, modulo 256
            ld a,POSITIVE
            jp nz,pass_rows
            ret

; The same for the first layer in counts, whose rows are bytes.
pass_counts:
            ld hl,set_a
            ld a,POSITIVE
            jp pass_count_rows+PASS_BYTES*FIRST_SKIPPED
pass_count_rows:
            rept PASS_UNROLL
            cp (hl)
            call nc,active_count
            inc l
            endm
            ld a,l
            cp FIRST_ROWS
            ld a,POSITIVE
            jp nz,pass_count_rows
            ret

; A count that is not negative, at HL: the input is 8 times it and the row's rest of 1..8.
active_count:
            ld a,(hl)               ; 7
            ld h,high FIRST_REST    ; 7
            cp 31                   ; 7
            jr nc,.large            ; 7     at most 248 below
            add a,a                 ; 4
            add a,a                 ; 4
            add a,a                 ; 4
            add a,(hl)              ; 7
            ld c,a                  ; 4
            jr active_byte          ; 12
.large:
            ld b,0
            rept 3
            add a,a
            rl b
            endm
            add a,(hl)
            ld c,a
            jr nc,active_input
            inc b
            jr active_input

; A row that is not negative, HL -> its high byte: shift it and walk its column.     T-states
active:
            ld b,(hl)               ; 7
            dec h                   ; 4
            ld a,(hl)               ; 7
            srl b                   ; 8
            rra                     ; 4
            srl b                   ; 8
            rra                     ; 4
            ld c,a                  ; 4     A and BC = the input
active_input:
            inc b                   ; 4
            djnz active_wide        ; 8     256 or more
            or a                    ; 4
            jr z,active_none        ; 7     0..3 became 0
active_byte:
            ld b,l                  ; 4     keep the row
active_columns:
            ld h,0                  ; 7
            ld a,(hl)               ; 7
            inc h                   ; 4
            ld h,(hl)               ; 7
            ld l,a                  ; 4
active_sums:
            ld d,0                  ; 7
            ld a,(hl)               ; 7     as walk does, but with a CALL in the place of its JP
            inc l                   ; 4
            ld (active_enter+1),a   ; 13
active_enter:
            call add_page           ; 17
active_done:
            ld l,b                  ; 4
active_source:
            ld h,0                  ; 7
            ld a,POSITIVE           ; 7
            ret                     ; 10
active_none:
            inc h
            ld a,POSITIVE
            ret
active_wide:                        ; walk twice: low bytes, then high bytes
            push hl
            push bc
            ld b,l
            ld a,(active_columns+1)
            ld h,a
            ld a,(hl)
            inc h
            ld h,(hl)
            ld l,a
            ld a,(active_sums+1)
            ld d,a
            push hl
            call walk
            pop hl
            pop bc
            ld c,b
            inc d
            call walk
            pop bc
            ld b,c
            jr active_done
