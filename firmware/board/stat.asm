; STAT.COM: how long are files, in records of 128 and in KB of the disk.
;
;   A>STAT X.COM                              A>STAT
;    Recs  Bytes  Ext Acc                     A: R/W, Space: 252k
;     305    39k    3 R/W A:X.COM
;   Bytes Remaining On A: 213k

                include "board.inc"

                org TPA

                ld sp,stack
                ld a,(FCB1 + FCB_NAME)
                cp ' '
                jp z,all_drives

; Collect the names first: a search can't be taken up again after another file function. The extent in the FCB is
; 0, so each file is found once.
                ld c,26
                ld de,records
                call BDOS_JUMP
                ld hl,names
                ld (names_end),hl
                ld c,17
search_next:    ld de,FCB1
                call BDOS_JUMP
                cp 0FFh
                jr z,search_end
                rrca                    ; entry A of the record
                rrca
                rrca
                ld e,a
                ld d,0
                ld hl,records
                add hl,de
                ld a,(FCB1)             ; with the drive in place of the user
                ld (hl),a
                ld de,(names_end)
                ld bc,FCB_EX
                ldir
                ld (names_end),de
                ld c,18
                jr search_next

search_end:     ld hl,text_head
                ld ix,names
                ld de,(names_end)
                ld a,d
                cp names >> 8
                jr nz,some
                ld a,e
                cp names & 255
                jr nz,some
                ld hl,text_none
                call print
                jp WARM_JUMP
some:           call print
file_next:      push ix
                pop hl
                push hl
                or a
                ld de,(names_end)
                sbc hl,de
                pop hl
                jr nc,file_end
                ld de,fcb
                ld bc,FCB_EX
                ldir
                push hl
                call show_file
                pop ix
                jr file_next
file_end:       ld hl,text_remaining
                call print
                ld a,(FCB1)
                call print_drive
                ld c,' '
                call conout
                ld a,(FCB1)
                call print_space
                jp WARM_JUMP

all_drives:     ld c,24                 ; those that have been used
                call BDOS_JUMP
                ld b,1
drive_next:     srl l
                jr nc,drive_skip
                push hl
                push bc
                push bc
                ld a,b
                call print_drive
                ld hl,text_space
                call print
                pop af
                call print_space
                ld hl,text_line
                call print
                pop bc
                pop hl
drive_skip:     inc b
                ld a,l
                or a
                jr nz,drive_next
                jp WARM_JUMP

; "  305    39k    3 R/W A:X.COM"
show_file:
                ld c,35                 ; size
                ld de,fcb
                call BDOS_JUMP
                ld hl,(fcb + FCB_R0)
                ld b,5
                call print_padded
                ld b,6
                ld e,3                  ; KB = (records + 7) / 8
                call print_part_of
                ld c,'k'
                call conout
                ld b,5
                ld e,7                  ; extents = (records + 127) / 128
                call print_part_of
                ld hl,text_rw
                ld a,(fcb + FCB_TYPE)
                rlca
                jr nc,show_access
                ld hl,text_ro
show_access:    call print
                ld a,(fcb)
                call print_drive
                ld hl,fcb + FCB_NAME
                ld b,8
                call print_name
                ld c,'.'
                call conout
                ld b,3
                call print_name
                ld hl,text_line
                jp print

; Records / 2^E, rounded up, in B places.
print_part_of:  ld hl,1
                ld d,e
part_double:    add hl,hl
                dec d
                jr nz,part_double
                dec hl
                ld a,e
                ld de,(fcb + FCB_R0)
                add hl,de
part_halve:     srl h
                rr l
                dec a
                jr nz,part_halve
                jp print_padded

print_name:     ld a,(hl)
                inc hl
                and 7Fh
                cp ' '
                ld c,a
                call nz,conout
                djnz print_name
                ret

; Drive A of an FCB (0: the current one) as a letter and a colon.
print_drive:    dec a
                jp p,drive_known
                ld c,25
                call BDOS_JUMP
drive_known:    add a,'A'
                ld c,a
                call conout
                ld c,':'
                jr conout

print_space:    call free_space
                call print_number
                ld c,'k'

conout:         push hl
                push de
                push bc
                ld e,c
                ld c,2
                call BDOS_JUMP
                pop bc
                pop de
                pop hl
                ret

                include "common.asm"

text_head:      db CR,LF," Recs  Bytes  Ext Acc",CR,LF,0
text_none:      db CR,LF,"File Not Found",0
text_rw:        db " R/W ",0
text_ro:        db " R/O ",0
text_remaining: db "Bytes Remaining On ",0
text_space:     db " R/W, Space: ",0
text_line:      db CR,LF,0

; The FCB is part of the file, so that it begins as zeros.
fcb:            db 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0

names_end:      ds 2
                ds 64
stack:
records:        ds 128
names:
