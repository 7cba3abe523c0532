; BDOS: random access, functions 33 to 36 and 40. FCB_CR is left at the record, so that sequential access goes on
; from there. A as in files.asm, or: 3 extent could not be closed, 4 no such extent, 5 directory full, 6 past the end
; of any disk.

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
