; BDOS: reading and writing files. IX points to the FCB, see directory.asm.

; ---------------------------------------------------------------------------------------------------------
; Open, close, make

; Function 15
f_open:
                call use_fcb
                ld (ix+FCB_S2),0
                call open_extent
                jp c,not_found
                jp dir_code

; Fill the FCB from the directory entry of its name and extent; carry if there is none.
open_extent:
                call find
                ret c
                inc hl
                push ix
                pop de
                inc de
                ld bc,31
                ldir
                set UNMODIFIED,(ix+FCB_S2)
                or a
                ret

; Function 16
f_close:
                call use_fcb
                call close_extent
                jp c,not_found
                ret

; Put what the FCB knows into the directory; carry if there is no entry.
close_extent:
                or a
                bit UNMODIFIED,(ix+FCB_S2)
                ret nz
                call find
                ret c
                ld de,FCB_RC
                add hl,de
                push ix
                ex (sp),hl
                add hl,de
                pop de
                ld bc,17                ; records and blocks
                ldir
                set UNMODIFIED,(ix+FCB_S2)
                call dir_write
                or a
                ret

; Function 22
f_make:
                call use_fcb
                ld (ix+FCB_S2),0
                call make_extent
                jp c,not_found
                jp dir_code

; Make a directory entry for the FCB's name and extent; carry if the directory is full.
make_extent:
                call may_write
                call dir_start
make_find:      call dir_next
                ret c
                ld a,(hl)
                cp FREE
                jr nz,make_find
                xor a
                ld (ix+FCB_S1),a
                ld (ix+FCB_RC),a
                res UNMODIFIED,(ix+FCB_S2)
                push hl
                push ix
                pop hl
                ld de,FCB_BLOCKS
                add hl,de
                ld b,16
make_clear:     ld (hl),0
                inc hl
                djnz make_clear
                pop de
                ld a,(user)
                ld (de),a
                inc de
                push ix
                pop hl
                inc hl
                ld bc,31
                ldir
                set UNMODIFIED,(ix+FCB_S2)
                call entry_used
                call dir_write
                or a
                ret

; ---------------------------------------------------------------------------------------------------------
; Sequential access. A = 0, or: 1 end of file (write: directory full), 2 disk full

; Function 20
f_read:
                call use_fcb
                ld a,(ix+FCB_CR)
                rlca                    ; 128: at the end of the extent
                call c,read_on
                call nc,read_here
                jr c,read_end
                jp nz,set_result
                inc (ix+FCB_CR)
                ret
read_end:       ld a,1
                jp set_result

; On to the next extent; carry if there is none (the FCB stays as it was).
read_on:
                ld l,(ix+FCB_EX)
                ld h,(ix+FCB_S2)
                push hl
                call next_extent
                call open_extent
                pop hl
                jr c,read_back
                ld (ix+FCB_CR),0
                ret
read_back:      ld (ix+FCB_EX),l
                ld (ix+FCB_S2),h
                ret

; The number of the extent after this one.
next_extent:
                call close_extent
                ld a,(ix+FCB_EX)
                inc a
                and 1Fh
                ld (ix+FCB_EX),a
                ret nz
                inc (ix+FCB_S2)
                ret

; Read the record FCB_CR of this extent to the DMA buffer. A = 0 and Z, or 1 and NZ if it isn't there.
; NC always.
read_here:
                ld a,(ix+FCB_CR)
                cp (ix+FCB_RC)
                jr nc,read_nothing
                call block_of_record
                or a
                jr z,read_nothing
                call disk_record
                ld de,(dma)
                call read_record
                call nz,bad_sector
                or a
                ret
read_nothing:   ld a,1
                or a
                ret

; Function 21
f_write:
                call use_fcb
                ld a,(ix+FCB_CR)
                rlca
                call c,write_on
                call nc,write_here
                jr c,read_end
                jp nz,set_result
                inc (ix+FCB_CR)
                ret

write_on:
                call next_extent
                call open_extent        ; rewriting a file: the extent may be there
                call c,make_extent
                ret c
                ld (ix+FCB_CR),0
                ret

; Write the record FCB_CR of this extent from the DMA buffer. A = 0 and Z, or 2 and NZ if the disk is full.
; NC always.
write_here:
                call may_write
                bit READ_ONLY,(ix+FCB_TYPE)
                jp nz,file_ro_error
                call block_of_record
                or a
                jr nz,write_block
                push hl
                call take_block
                pop hl
                ld a,c
                jr nz,write_new
                ld a,2
                or a
                ret
write_new:      ld (hl),a
                res UNMODIFIED,(ix+FCB_S2)
                push af
                ld a,(zero_fill)
                or a
                call nz,clear_block
                pop af
write_block:    call disk_record
                ld de,(dma)
                call write_record
                call nz,bad_sector
                ret nz
                ld a,(ix+FCB_CR)
                cp (ix+FCB_RC)
                jr c,write_done
                inc a
                ld (ix+FCB_RC),a
                res UNMODIFIED,(ix+FCB_S2)
write_done:     xor a
                ret

; HL = place of the FCB's block number for record FCB_CR, A = that number.
block_of_record:
                ld a,(ix+FCB_CR)
                rrca
                rrca
                rrca
                and 0Fh
                add a,FCB_BLOCKS
                push ix
                pop hl
                ld e,a
                ld d,0
                add hl,de
                ld a,(hl)
                ret

; HL = record on the disk: block A, and the record's place in it.
disk_record:
                ld l,a
                ld h,0
                add hl,hl
                add hl,hl
                add hl,hl
                ld a,(ix+FCB_CR)
                and 7
                or l
                ld l,a
                ret

; Fill the block whose number is at HL with zeros.
clear_block:
                push hl
                ld a,NOT_CACHED         ; the directory's buffer serves
                ld (dir_cached),a
                ld hl,dir_buffer
                ld b,128
clear_byte:     ld (hl),0
                inc hl
                djnz clear_byte
                pop hl
                ld l,(hl)
                ld h,0
                add hl,hl
                add hl,hl
                add hl,hl
                ld b,8
clear_record:   push bc
                push hl
                ld de,dir_buffer
                call write_record
                pop hl
                inc hl
                pop bc
                djnz clear_record
                ret
