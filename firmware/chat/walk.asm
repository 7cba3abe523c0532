; One column times one input: add the input to the accumulators of the rows where the column has +1, subtract
; it where it has -1. This is where nearly all the time goes (docs/inference.md counts it).
;
;       walk            HL -> column, C = input, D = low page of the accumulators
;                       changes A, E, H, L; keeps B, C, D
;
; Accumulators are 16 bits, split: low bytes in page D, high bytes in page D+1, so that the index of a row is
; one byte and goes straight into E. A column is, within one page of memory:
;
;       head of +1 list, its rows, head of -1 list, its rows           (a -2 is listed twice)
;
; A list's head is the low byte of the address in add_page or sub_page at which to enter the unrolled loop, so
; a list of n has (WALK_STEPS-n)*STEP_BYTES there. Five heads that no list can have are instructions:
;
;       COLUMN_MORE     behind the next two lists the column goes on with another head
;       COLUMN_LINK     a word follows: the address where the column goes on
;       COLUMN_SIGNS    bit masks and signs follow, nothing else (packed.asm)
;       COLUMN_TWOS     the same with codes that a -2 has one of
;       COLUMN_FULL     in the place of the second head: WALK_STEPS rows, then another head of the same list. Only
;                       for columns that are never walked for subtraction
;
; The high bytes are walked by the same code: C = high byte of the input, D = high page. A carry out of the
; high bytes is none, but is counted all the same, in page D+2, which nobody reads.

WALK_STEPS      equ 32
STEP_BYTES      equ 7
; A carry is rare, so it is handled out of line: for the first EARLY steps before the page, for the rest behind
; it, each within reach of a JR both ways.
EARLY           equ 17
TAIL_OFFSET     equ WALK_STEPS*STEP_BYTES
COLUMN_MORE     equ TAIL_OFFSET+8
COLUMN_LINK     equ COLUMN_MORE+3
COLUMN_SIGNS    equ COLUMN_LINK+3
COLUMN_TWOS     equ COLUMN_SIGNS+3
COLUMN_FULL     equ COLUMN_TWOS+3

; What the byte that begins a walker's tail can be: go on with the other list, or be done.
GO_ON           equ 7Eh         ; ld a,(hl)
DONE            equ 0C9h        ; ret

; ---- what both walkers are made of ----------------------------------------------------------------- T-states

; A row: `operation` adds C to A or subtracts it.
walk_row    macro operation,carry
            ld e,(hl)                       ; 7     36 a row
            inc l                           ; 4
            ld a,(de)                       ; 7
            operation                       ; 4
            ld (de),a                       ; 7
            jr c,carry                      ; 7
            endm

; Its high byte where the low one carried: `operation` is INC or DEC.
walk_carry  macro operation,next
            inc d                           ; 4     43 more where there is a carry
            ld a,(de)                       ; 7     (the JR here took 12, not 7)
            operation a                     ; 4
            ld (de),a                       ; 7
            dec d                           ; 4
            jr next                         ; 12
            endm

; ---- +1 ----------------------------------------------------------------------------------------------------

            ds (0-$-EARLY*STEP_BYTES) & 0FFh
add_early:
            rept EARLY,k
            walk_carry inc,add_page+(k+1)*STEP_BYTES
            endm
add_page:
            rept EARLY,k
            walk_row <add a,c>,add_page-(EARLY-k)*STEP_BYTES
            endm
            rept WALK_STEPS-EARLY,k,EARLY
            walk_row <add a,c>,add_late+(k-EARLY)*STEP_BYTES
            endm
add_tail:
            ld a,(hl)                       ; 7     34 from list to list
            inc l                           ; 4
            ld (.enter+1),a                 ; 13
.enter:     jp sub_page                     ; 10
            jp walk_more
            jp walk_link
            jp walk_signs
            jp walk_twos
            ds 3
add_late:
            rept WALK_STEPS-EARLY,k,EARLY
            walk_carry inc,add_page+(k+1)*STEP_BYTES
            endm

; ---- entry and instructions (in the gap between the walkers' pages) -----------------------------------------

walk_full:
            call sub_page
            ld a,(hl)
            inc l
            ld (.enter+1),a
.enter:     jp sub_page
walk_link:
            ld a,(hl)
            inc l
            ld h,(hl)
            ld l,a
            jr walk
walk_more:
            call walk
walk:
            ld a,(hl)
            inc l
            ld (walk_enter+1),a
walk_enter: jp add_page

; ---- -1 ----------------------------------------------------------------------------------------------------

            ds (0-$-EARLY*STEP_BYTES) & 0FFh
sub_early:
            rept EARLY,k
            walk_carry dec,sub_page+(k+1)*STEP_BYTES
            endm
sub_page:
            rept EARLY,k
            walk_row <sub c>,sub_page-(EARLY-k)*STEP_BYTES
            endm
            rept WALK_STEPS-EARLY,k,EARLY
            walk_row <sub c>,sub_late+(k-EARLY)*STEP_BYTES
            endm
sub_tail:
            ret                             ; 10
            inc l                           ; reached when the column is walked for subtraction: see below
            ld (.enter+1),a
.enter:     jp add_page
            jp walk_more
            jp walk_link
            if CLOSED
            ds 6
            else
            jp packed_negative
            jp packed_negative
            endif
            jp walk_full
sub_late:
            rept WALK_STEPS-EARLY,k,EARLY
            walk_carry dec,sub_page+(k+1)*STEP_BYTES
            endm

            assert (add_page & 0FFh) == 0
            assert (sub_page & 0FFh) == 0
            assert add_late-add_page == COLUMN_FULL+3

            if !CLOSED
; ---- sign --------------------------------------------------------------------------------------------------

; From here on columns are subtracted: the first list goes to sub_page, the second to add_page.
walk_negative:
            ld a,DONE
            ld (add_tail),a
            ld a,GO_ON
            ld (sub_tail),a
            ld a,high sub_page
            ld (walk_enter+2),a
            ret

; From here on columns are added.
walk_positive:
            ld a,GO_ON
            ld (add_tail),a
            ld a,DONE
            ld (sub_tail),a
            ld a,high add_page
            ld (walk_enter+2),a
            ret
            endif
