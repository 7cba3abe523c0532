; BDOS: the directory, as CP/M 2.2 lays it out on a disk; and what is done by name: search, delete, rename.
;
; A directory entry is 32 bytes, four to a record: user number (E5h: free), name and type (bit 7 of T1: read
; only), extent, 0, extent / 32, records in the extent, 16 block numbers. Blocks are of 8 records on both
; drives, so an extent is one entry of up to 128 records.
;
; IX points to the FCB in all that follows. Results: A = 0-3 for found, FFh for not.

UNMODIFIED:     equ 7                   ; bit of FCB_S2: the directory has all that this FCB knows
READ_ONLY:      equ 7                   ; bit of the first letter of the type

FIND_EXTENT:    equ 0                   ; find_mode: name and extent must match,
FIND_NAME:      equ 1                   ; only the name,
FIND_ANY:       equ 2                   ; any entry will do

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
                rrca
                rrca                    ; to bits 7 and 6
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

; The entry of (dir_index) is not free.
entry_used:
                call used_entries
                ld a,(dir_index)
                inc a
                cp (hl)
                ret c
                ld (hl),a
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
                call used_entries
                ld a,(dir_index)
                inc a
                cp (hl)
                ccf
                ret c                   ; all that are behind it are free
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
