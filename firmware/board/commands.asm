; CCP: the commands that are built in. HL = what follows the command's name; they return to the prompt.

dir:
                call parse_arguments
                ld a,(ccp_fcb + FCB_NAME)
                cp ' '
                call z,all_files
                ld c,17
                call file_call
                jr z,no_file
                ld b,0                  ; how many are on the line
dir_entry_on:   push bc
                add a,a                 ; A = 0-3 -> HL = entry in the buffer at 80h
                add a,a
                add a,a
                add a,a
                add a,a
                add a,TAIL
                ld l,a
                ld h,TAIL >> 8
                push hl
                ld de,FCB_TYPE + 1
                add hl,de
                bit 7,(hl)              ; system files are not shown
                pop hl
                pop bc
                jr nz,dir_next_entry
                ld a,b
                inc b
                and 3
                push bc
                push hl
                jr z,dir_line
                ld a,' '
                call print
                jr dir_colon
dir_line:       call new_line
                call disk_letter
                call print
dir_colon:      ld a,':'
                call print
                ld a,' '
                call print
                pop hl
                ld b,8
                call print_name
                ld a,' '
                call print
                ld b,3
                call print_name
                pop bc
dir_next_entry: push bc
                call key_break          ; any key stops
                jr nz,dir_stop
                ld c,18
                call file_call
                pop bc
                jr nz,dir_entry_on
                ret
dir_stop:       pop bc
                jp key

disk_letter:    ld a,(disk_drive)
                add a,'A'
                ret

print_name:     inc hl                  ; the next B characters after HL
                ld a,(hl)
                and 7Fh
                call print
                djnz print_name
                ret

no_file:        ld hl,text_no_file
message:        call new_line
                jp print_text

era:
                call parse_arguments
                ld hl,ccp_fcb + FCB_NAME
                ld b,11
era_wild:       ld a,(hl)
                cp '?'
                jr nz,era_now
                inc hl
                djnz era_wild
                ld hl,text_all
                call message
                ld hl,ccp_line
                ex de,hl
                ld c,10
                call bdos_entry
                call end_line
                ld a,(ccp_line + 2)
                cp 'Y'
                ret nz
era_now:        ld c,19
                call file_call
                jr z,no_file
                ret

ren:
                call parse_fcb          ; the new name
                push hl
                ld c,17
                call file_call
                pop hl
                jr nz,ren_exists
                push hl
                ld hl,ccp_fcb
                ld de,ccp_fcb + FCB_BLOCKS
                ld bc,16
                ldir
                pop hl
                call skip_spaces
                cp '='
                jr nz,ren_bad
                inc hl
                ld de,ccp_fcb
                call parse_name         ; the old one
                ld a,(ccp_fcb + FCB_BLOCKS)
                ld b,a
                ld a,(ccp_fcb)
                or a
                jr nz,ren_go
                ld a,b
                ld (ccp_fcb),a
ren_go:         ld c,23
                call file_call
                jr z,no_file
                ret
ren_exists:     ld hl,text_exists
                jr message
ren_bad:        pop hl
                jp unknown

type:
                call parse_arguments
                call open_file
                jp z,no_file
                call new_line
type_record:    ld c,20
                call file_call
                ret nz
                ld hl,TAIL
type_next:      ld a,(hl)
                cp EOF_CHAR
                ret z
                call print
                call key_break
                jp nz,key               ; any key stops
                inc l
                jr nz,type_next
                jr type_record

save:
                call parse_number
                ld b,a
                push bc
                call parse_arguments
                ld c,19                 ; as CP/M does: an old file of that name goes
                call file_call
                ld c,22
                call file_call
                pop bc
                jr z,no_space
                ld hl,TPA
                inc b
                jr save_next
save_page:      push bc                 ; two records to a page
                call save_record
                call z,save_record
                pop bc
                jr nz,no_space
save_next:      djnz save_page
                ld c,16
                jp file_call
; Write the record at HL. Z = done, HL = the next one.
save_record:    push hl
                ex de,hl
                ld c,26
                call bdos_entry
                ld c,21
                call file_call
                pop hl
                ret nz
                ld de,128
                add hl,de
                ret
no_space:       ld hl,text_no_space
                jp message

user_number:
                call parse_number
                and 0Fh
                ld (user),a
                ret
