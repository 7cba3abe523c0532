; Once, before the first question: columns that are stored as bits are made lists, three times as fast, in the
; memory that nobody uses, from its end down to our stack. The build orders a layer's rows by how often they are
; active, so its first columns are the busiest; layer_table says how many of them are worth it. What has no room stays
; as it is: less memory makes the program slower, and never changes an answer.
;
; A column is walked with an input of 1 over empty sums. That leaves its weights in them, and they are taken from
; there into lists:
;
;       head +1 rows head -1 rows       up to 32 of each, written from the end to the beginning
;       MORE before it, and LINK behind it, where more follows

UNIT_MOST   equ 2*(WALK_STEPS+1)+1

unpack:
            host_memory
            ld d,a
            ld e,0                  ; DE = the next free byte, downwards: here, none is left in its page
            ld ix,layer_table+DESC_SIZE*(LAYERS-1)
.layer:
            ld a,(ix+DESC_MASK_ROWS)
            ld (packed_end+1),a
            ld h,(ix+DESC_COLUMNS)
            ld l,0
            ld b,(ix+DESC_UNPACK)
            inc b
            jr .next
.column:
            push bc
            push hl
            call unpack_column
            pop hl
            pop bc
            ret c                   ; no memory left
            inc l
.next:      djnz .column
            push ix
            pop hl
            ld bc,layer_table
            or a
            sbc hl,bc
            ret z
            ld bc,-DESC_SIZE
            add ix,bc
            jr .layer

; The column whose address is at HL, as a list into free memory. Carry if that does not suffice.
unpack_column:
            push hl
            ld a,(hl)
            inc h
            ld h,(hl)
            ld l,a
            ld a,(hl)
            sub COLUMN_SIGNS
            cp COLUMN_TWOS-COLUMN_SIGNS+1
            jr nc,.is_list
            push de
            push hl
            ld hl,set_a
            ld a,(packed_end+1)
            ld b,a
.clear:
            ld (hl),0
            inc l
            djnz .clear
            pop hl
            ld c,1
            ld d,high set_a
            call walk
            pop de

            ld a,e
            cp UNIT_MOST
            call c,.page
            jr c,.end
            call unpack_unit
.more:
            jr nz,.taken
            ld a,e
            cp UNIT_MOST
            jr nc,.room
            ld b,d                  ; what is written goes on at BC
            ld c,e
            inc c
            call .page
            jr c,.end
            ex de,hl
            ld (hl),b
            dec l
            ld (hl),c
            dec l
            ld (hl),COLUMN_LINK
            dec l
            ex de,hl
.room:
            call unpack_unit
            push af
            ex de,hl
            ld (hl),COLUMN_MORE
            dec l
            ex de,hl
            pop af
            jr .more
.taken:
            pop hl
            ld (hl),e
            inc (hl)
            inc h
            ld (hl),d
            or a
            ret
.is_list:
            or a
.end:       pop hl
            ret
.page:
            dec d
            ld e,0FFh
            ld a,d
            cp high (stack_top+0FFh)
            ret

; Up to 32 rows of either sign, taken out of set A. Z if there may be more.
unpack_unit:
            ld c,1
            call .list
            push af
            ld c,-1
            call .list
            pop hl
            ret z
            push hl
            pop af
            ret
; Rows whose sign is not C's, each brought nearer to 0 by C; then their list's head. Z if there may be more.
.list:
            ld a,e
            sub WALK_STEPS
            ld (.full+1),a
            ld a,(packed_end+1)
            ld b,a
            ld hl,set_a
.row:
            ld a,(hl)               ; 7     35 for a weight of 0
            inc l                   ; 4
            or a                    ; 4
            jr nz,.weight           ; 7
.next:
            djnz .row               ; 13
.head:
            ld a,(.full+1)
            ld l,a
            ld a,e
            sub l
            ld l,a                  ; steps left over
            add a,a                 ; times STEP_BYTES
            add a,a
            add a,a
            sub l
            ld (de),a
            dec e
            inc l
            dec l
            ret
.weight:
            xor c
            jp p,.next
            dec l
            ld a,(hl)
            add a,c
            ld (hl),a
            ld a,l
            ld (de),a
            dec e
            ld a,e
.full:      cp 0
            jr nz,.row
            jr .head
