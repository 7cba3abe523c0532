; BDOS: the drives, functions 13, 14, 24 to 29, 31, 32 and 37; and which of their blocks are free.

NOT_CACHED:     equ 7Fh                 ; in dir_cached: no drive has 64 records of directory
FREE:           equ 0E5h                ; user number of a directory entry that is free

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
                call parameters
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

drive_bit:                              ; A = the bit of the drive in use. Keeps the rest.
                push bc
                ld a,(disk_drive)
                inc a
                ld b,a
                ld a,80h
drive_shift:    rlca
                djnz drive_shift
                pop bc
                ret

; HL = the parameter block, or the allocation vector, of the drive in use.
parameters:     ld de,DPH_PARAMETERS
                jr header_word
vector:         ld de,DPH_ALLOCATION
header_word:    call header
                add hl,de
                ld e,(hl)
                inc hl
                ld d,(hl)
                ex de,hl
                ret
used_entries:                           ; HL = place of the number of entries up to the last that was ever used
                call header
                inc hl
                inc hl
                ret
header:                                 ; HL = the parameter header of the drive in use
                ld a,(disk_drive)
                add a,a
                add a,a
                add a,a
                add a,a
                ld hl,headers
                add a,l
                ld l,a
                ret nc
                inc h
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
                call vector
                ld (alloc),hl
                call parameters
                ld de,DPB_LAST_BLOCK
                add hl,de
                ld a,(hl)
                ld (last_block),a
                inc hl
                inc hl                  ; the last directory entry
                ld a,(hl)
                ld (last_entry),a
                call drive_bit
                ld hl,disk_logged
                ld c,a
                and (hl)
                ret nz
                ld a,c
                or (hl)
                ld (hl),a
; Mark the blocks of the directory and of all files.
                call whole_vector
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
                call used_entries
                ld (hl),0
                call dir_start
use_entry:      call dir_next
                ret c
                ld a,(hl)
                cp FREE
                jr z,use_entry
                call mark_blocks
                call entry_used
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

; HL = the allocation vector of the drive in use, B = its bytes. Keeps C and DE.
whole_vector:
                ld a,(last_block)
                rrca
                rrca
                rrca
                and 1Fh
                inc a
                ld b,a
                ld hl,(alloc)
                ret

; A = a free block, now marked as used, and NZ; Z if the disk is full.
take_block:
                call whole_vector
                ld c,0                  ; first block of the byte at HL
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
