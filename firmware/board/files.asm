; BDOS: drives, directory and files, as CP/M 2.2 lays them out on a disk.
;
; A directory entry is 32 bytes, four to a record: user number (E5h: free), name and type (bit 7 of T1: read
; only), extent, 0, extent / 32, records in the extent, 16 block numbers. Blocks are of 8 records on both
; drives, so an extent is one entry of up to 128 records.
;
; IX points to the FCB in all that follows. Results: A = 0-3 for found, FFh for not.

UNMODIFIED:     equ 7                   ; bit of FCB_S2: the directory has all that this FCB knows
READ_ONLY:      equ 7                   ; bit of the first letter of the type
FREE:           equ 0E5h
NOT_CACHED:     equ 7Fh                 ; no drive has so many records of directory

FIND_EXTENT:    equ 0                   ; find_mode: name and extent must match,
FIND_NAME:      equ 1                   ; only the name,
FIND_ANY:       equ 2                   ; any entry will do

; ---------------------------------------------------------------------------------------------------------
; Drives

; Functions 13 and 37. Also made at each boot.
reset_disks:
                ld hl,TAIL
                ld (dma),hl
                xor a
                ld (current_drive),a
                ld (disk_protected),a
                ld (disk_logged),a
                ld a,NOT_CACHED
                ld (dir_cached),a
                ret
reset_drives:
                ld a,e
                cpl
                ld e,a
                ld hl,disk_logged
                and (hl)
                ld (hl),a
                ld a,e
                ld hl,disk_protected
                and (hl)
                ld (hl),a
                ret

; Function 14
select_disk:
                ld a,e
                call use_drive
                ld a,(disk_drive)
                ld (current_drive),a
                ret

current_disk:   ld a,(current_drive)    ; 25
                jp set_result
login_vector:   ld a,(disk_logged)      ; 24
                jp set_result
protect_vector: ld a,(disk_protected)   ; 29
                jp set_result
set_dma:        ld (dma),de             ; 26
                ret
alloc_address:  call use_current        ; 27
                ld hl,(alloc)
                jp set_result_hl
disk_parameters:
                call use_current        ; 31
                ld hl,dpb_a
                ld a,(disk_drive)
                or a
                jp z,set_result_hl
                ld hl,dpb_b
                jp set_result_hl
write_protect:  call use_current        ; 28
                call drive_bit
                ld hl,disk_protected
                or (hl)
                ld (hl),a
                ret

; Function 32: E = FFh: the user number; else set it.
user_code:
                ld a,e
                inc a
                jr z,get_user
                ld a,e
                and 1Fh
                ld (user),a
                ret
get_user:       ld a,(user)
                jp set_result

drive_bit:                              ; A = the bit of the drive in use
                ld a,(disk_drive)
                or a
                ld a,1
                ret z
                add a,a
                ret

; The drive of the FCB at DE becomes the drive in use, and IX that FCB.
use_fcb:
                push de
                pop ix
                ld a,(de)
                and 1Fh                 ; also turns ? (any entry) ...
                cp '?' & 1Fh            ; ... into the current drive
                jr z,use_current
                dec a
                jp p,use_drive
use_current:    ld a,(current_drive)

; A becomes the drive in use. Its allocation vector is made at the first time.
use_drive:
                cp DRIVES
                jp nc,select_error
                ld (disk_drive),a
                or a
                ld hl,alloc_a
                ld bc,127 * 256 + 255   ; last directory entry, last block
                jr z,use_set
                ld hl,alloc_b
                ld bc,63 * 256 + 63
use_set:        ld (alloc),hl
                ld (last_block),bc
                call drive_bit
                ld hl,disk_logged
                ld c,a
                and (hl)
                ret nz
                ld a,c
                or (hl)
                ld (hl),a
; Mark the blocks of the directory and of all files.
                ld a,(last_block)
                rrca
                rrca
                rrca
                and 1Fh
                inc a
                ld b,a
                ld hl,(alloc)
use_clear:      ld (hl),0
                inc hl
                djnz use_clear
                ld a,(last_entry)       ; 32 entries to a block
                rlca
                rlca
                rlca
                and 7
                ld e,a
use_directory:  ld a,e
                call mark_block
                dec e
                jp p,use_directory
                call dir_start
use_entry:      call dir_next
                ret c
                ld a,(hl)
                cp FREE
                call nz,mark_blocks
                jr use_entry

; ---------------------------------------------------------------------------------------------------------
; Blocks

; Mark the blocks of the directory entry at HL as used. Keeps HL.
mark_blocks:
                push hl
                ld de,FCB_BLOCKS
                add hl,de
                ld b,16
mark_next:      ld a,(hl)
                or a
                push hl
                call nz,mark_block
                pop hl
                inc hl
                djnz mark_next
                pop hl
                ret

; Free the blocks of the directory entry at HL. Keeps HL.
free_blocks:
                push hl
                ld de,FCB_BLOCKS
                add hl,de
                ld b,16
free_next:      ld a,(hl)
                or a
                jr z,free_skip
                push hl
                call block_bit
                cpl
                and (hl)
                ld (hl),a
                pop hl
free_skip:      inc hl
                djnz free_next
                pop hl
                ret

mark_block:     call block_bit          ; A = block
                or (hl)
                ld (hl),a
                ret

; HL = byte of block A in the allocation vector, A = its bit. Keeps BC and DE.
block_bit:
                push bc
                ld c,a
                rrca
                rrca
                rrca
                and 1Fh
                ld hl,(alloc)
                add a,l
                ld l,a
                jr nc,block_page
                inc h
block_page:     ld a,c
                and 7
                ld b,a
                inc b
                ld a,1
block_shift:    rrca
                djnz block_shift
                pop bc
                ret

; A = a free block, now marked as used, and NZ; Z if the disk is full.
take_block:
                ld a,(last_block)
                rrca
                rrca
                rrca
                and 1Fh
                inc a
                ld b,a
                ld c,0                  ; first block of the byte at HL
                ld hl,(alloc)
take_byte:      ld a,(hl)
                inc a
                jr nz,take_here
                inc hl
                ld a,c
                add a,8
                ld c,a
                djnz take_byte
                xor a
                ret
take_here:      dec a
                ld b,80h                ; the leftmost 0 of A
take_bit:       rlca
                jr nc,take_it
                inc c
                rrc b
                jr take_bit
take_it:        ld a,b
                or (hl)
                ld (hl),a
                ld a,c
                or a
                ret

; ---------------------------------------------------------------------------------------------------------
; Directory

dir_start:
                ld a,0FFh
                ld (dir_index),a
                ret

; HL = the next entry, or carry at the end of the directory.
dir_next:
                ld a,(dir_index)
                inc a
                ld (dir_index),a
                ld c,a
                ld a,(last_entry)
                cp c
                ret c
; HL = the entry of (dir_index), read in if it isn't there. NC.
dir_entry:
                call dir_record
                ld a,(disk_drive)
                rrca                    ; to bit 7
                or l
                ld hl,dir_cached
                cp (hl)
                jr z,dir_there
                ld (hl),a
                call dir_record
                ld de,dir_buffer
                call read_record
                call nz,bad_sector
dir_there:      ld a,(dir_index)
                and 3
                rrca
                rrca
                rrca
                ld hl,dir_buffer
                or l                    ; the buffer begins in the middle of a page
                ld l,a
                ret

; HL = the record in which the entry of (dir_index) is.
dir_record:
                ld a,(dir_index)
                rrca
                rrca
                and 3Fh
                ld l,a
                ld h,0
                ret

; Write the record with the entry of (dir_index) back.
dir_write:
                call may_write
                call dir_record
                ld de,dir_buffer
                call write_record
                ret z
                ld a,NOT_CACHED
                ld (dir_cached),a
                jp bad_sector

may_write:
                call drive_bit
                ld hl,disk_protected
                and (hl)
                ret z
                jp protected_error

; HL = first or next entry that matches the FCB as (find_mode) says, or carry.
find:
                call dir_start
find_next:
                call dir_next
                ret c
                call match
                jr nz,find_next
                ret

; Z and NC if the entry at HL matches. Keeps HL.
match:
                ld a,(find_mode)
                cp FIND_ANY
                ret z
                ld a,(user)
                cp (hl)
                ret nz
                push hl
                push ix
                pop de
                ld b,11
match_char:     inc de
                inc hl
                ld a,(de)
                and 7Fh
                cp '?'
                jr z,match_same
                xor (hl)
                and 7Fh                 ; bit 7 is an attribute
                jr nz,match_end
match_same:     djnz match_char
                ld a,(find_mode)
                cp FIND_NAME
                jr z,match_end
                inc de
                inc hl
                ld a,(de)
                cp '?'
                jr z,match_end
                cp (hl)
                jr nz,match_end
                inc hl
                inc hl
                ld a,(ix+FCB_S2)
                xor (hl)
                and 3Fh
match_end:      pop hl
                ret

not_found:      ld a,0FFh
                jp set_result

dir_code:       ld a,(dir_index)
                and 3
                jp set_result

; ---------------------------------------------------------------------------------------------------------
; Search, delete, rename, attributes: by name, with ? for any character

; Function 17. The entry's record goes to the DMA buffer; A says which of the four it is.
f_search:
                ld (search_fcb),de
                call use_fcb
                call search_mode
                call dir_start
                jr search_on
; Function 18
f_search_next:
                ld de,(search_fcb)
                call use_fcb
                call search_mode
                ld a,(search_index)
                ld (dir_index),a
search_on:      call find_next
                ld a,(dir_index)
                ld (search_index),a
                jr c,not_found
                ld hl,dir_buffer
                ld de,(dma)
                ld bc,128
                ldir
                jr dir_code
search_mode:                            ; a ? for the drive finds every entry, even free ones
                ld a,(ix+FCB_DRIVE)
                cp '?'
                ret nz
                ld a,FIND_ANY
                ld (find_mode),a
                ret

; Function 19
f_delete:
                call find_all
                jr c,not_found
delete_each:    call not_read_only
                call free_blocks
                ld (hl),FREE
                call dir_write
                call find_next
                jr nc,delete_each
                ret

; Function 23: the new name is in the second half of the FCB.
f_rename:
                ld hl,FCB_BLOCKS + 1
                jr name_all
; Function 30: the name of the FCB, with its attributes.
f_attributes:
                ld hl,FCB_NAME
name_all:       push hl
                call find_all
                pop hl
                jr c,not_found
name_each:      push hl
                push ix
                pop de
                add hl,de
                push hl
                call dir_entry
                pop de
                ex de,hl                ; HL = the name to give, DE = entry
                inc de
                ld bc,11
                ldir
                call dir_write
                call find_next
                pop hl
                jr nc,name_each
                ret

; The first entry of the file in the FCB at DE, whatever its extent; or carry.
find_all:
                call use_fcb
                call may_write
                ld a,FIND_NAME
                ld (find_mode),a
                jp find

not_read_only:                          ; HL = entry
                push hl
                ld de,FCB_TYPE
                add hl,de
                bit READ_ONLY,(hl)
                pop hl
                ret z
                jp file_ro_error

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

; ---------------------------------------------------------------------------------------------------------
; Random access. A as above, or: 3 extent could not be closed, 4 no such extent, 5 directory full, 6 past the
; end of any disk. FCB_CR is left at the record, so that sequential access goes on from there.

; Function 33
f_read_random:
                call use_fcb
                call seek
                jr nz,random_end
                call nc,read_here
                jr nc,random_end
                call lose_extent
                ld a,4
random_end:     jp set_result

; Functions 34 and 40 (which fills newly taken blocks with zeros)
f_write_zeroed: ld a,1
                ld (zero_fill),a
f_write_random:
                call use_fcb
                call seek
                jr nz,random_end
                call c,make_extent
                call nc,write_here
                jr nc,random_end
                call lose_extent
                ld a,5
                jr random_end

; Bring the FCB to the extent and record of FCB_R0-R2. A = 0 and Z, with carry if that extent doesn't exist;
; or an error and NZ.
seek:
                ld a,(ix+FCB_R2)
                or a
                ld a,6
                ret nz
                ld a,(ix+FCB_R0)
                and 7Fh
                ld (ix+FCB_CR),a
                ld a,(ix+FCB_R0)
                rlca
                ld a,(ix+FCB_R1)
                rla
                and 1Fh
                ld b,a                  ; extent
                ld a,(ix+FCB_R1)
                rrca
                rrca
                rrca
                rrca
                and 0Fh
                ld c,a                  ; extent / 32
                ld a,(ix+FCB_EX)
                cp b
                jr nz,seek_extent
                ld a,(ix+FCB_S2)
                and 3Fh
                xor c
                ret z
seek_extent:    push bc
                call close_extent
                pop bc
                ld a,3
                jr c,seek_fail
                ld (ix+FCB_EX),b
                ld (ix+FCB_S2),c
                call open_extent
                ld a,0
                inc a
                dec a                   ; Z, carry as it was
                ret
seek_fail:      or a
                ret

; No extent: make sure that the next access looks for its own.
lose_extent:
                ld (ix+FCB_EX),1Fh
                ld (ix+FCB_S2),0BFh
                ret

; Function 35: R0-R2 = number of the record after the last.
f_size:
                call use_fcb
                ld a,FIND_NAME
                ld (find_mode),a
                ld bc,0
                push bc
                call find
                ld a,0FFh
                jr c,size_set
size_each:      ld a,(hl)               ; entry -> DE = its extent, A = its records
                ld de,FCB_EX
                add hl,de
                ld d,(hl)
                inc hl
                inc hl
                ld e,(hl)
                inc hl
                ld a,(hl)
                call file_record
                pop bc
                or a
                sbc hl,bc
                jr c,size_less
                add hl,bc
                ld b,h
                ld c,l
size_less:      push bc
                call find_next
                jr nc,size_each
                xor a
size_set:       pop bc
                call set_result
set_random:     ld (ix+FCB_R0),c
                ld (ix+FCB_R1),b
                ld (ix+FCB_R2),0
                ret

; Function 36: R0-R2 = the record at which sequential access is.
f_set_random:
                push de
                pop ix
                ld d,(ix+FCB_EX)
                ld e,(ix+FCB_S2)
                ld a,(ix+FCB_CR)
                call file_record
                ld b,h
                ld c,l
                jr set_random

; HL = record in the file: D = extent, E = extent / 32, A = record in it.
file_record:
                ld l,a
                ld a,e
                and 0Fh
                rlca
                rlca
                rlca
                rlca
                ld h,a                  ; 4096 records to each 32 extents
                ld a,d
                rrca
                and 0Fh                 ; 128 to each
                add a,h
                ld h,a
                ld a,d
                rrca
                and 80h
                ld e,a
                ld d,0
                ld a,l
                ld l,0
                add hl,de
                ld e,a
                add hl,de
                ret
