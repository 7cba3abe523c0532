; Loading a mind. Its header is checked before the mind in memory is touched; then its records are read straight to
; their places, and each is added to the checksum.

load_command:
            jr z,name_wrong
            call take_name
            jr c,name_wrong
            call skip_blanks
            jr nz,name_wrong        ; more than a name

; Load the mind named in fcb and start it; the B characters at HL become its command tail. Returns if it cannot be
; loaded and the one in memory is intact; goes to TALK's own prompt if that one is lost.
load:
            ld (rest),hl
            ld a,b
            ld (rest_length),a
            ld de,TAIL
            call set_buffer
            ld c,F_OPEN
            call file
            inc a
            ld hl,text_missing
            jp z,say_of_name
            call read
            ld hl,text_no_mind
            jp nz,say_of_name
            ld bc,TAIL+MIND_MAGIC
            ld de,magic
.magic:
            ld a,(bc)
            inc bc
            ex de,hl
            cp (hl)
            inc hl
            ex de,hl
            jp nz,say_of_name
            ld a,e
            cp low magic_end
            jr nz,.magic
            ld a,(TAIL+MIND_NEEDS)
            cp MIND_VERSION+1
            ld hl,text_newer
            jp nc,say_of_name
            ld hl,TAIL
            ld de,0
            call add_record
            ld a,d
            or e
            ld hl,text_damaged
            jp nz,say_of_name
            ld hl,(TAIL+MIND_PLACE)
            ld de,MIND_ORIGIN
            or a
            sbc hl,de
            ld hl,text_other
            jp nz,say_of_name
            ld hl,(TPA_END)
            ld de,(TAIL+MIND_END)
            sbc hl,de
            jp c,too_small

; From here on the mind in memory is lost.
            xor a
            ld (loaded+1),a
            ld hl,TAIL
            ld de,MIND_HEADER
            ld bc,MIND_RECORD
            ldir
            ld hl,(MIND_HEADER+MIND_BYTES)
            ld de,MIND_RECORD-1
            add hl,de
            add hl,hl
            ld c,h                  ; records to come, less than 256*2
            ld a,0
            rla
            ld b,a
            ld hl,0
            ld (sum),hl
            ld de,MIND_ORIGIN
.record:
            push bc
            push de
            call set_buffer
            call read
            pop hl
            pop bc
            jr nz,.damaged
            push bc
            ld de,(sum)
            call add_record
            ld (sum),de
            ex de,hl
            pop bc
            dec bc
            ld a,b
            or c
            jr nz,.record
            ld hl,(sum)
            ld de,(MIND_HEADER+MIND_SUM)
            sbc hl,de
            jr nz,.damaged

            ld hl,fcb
            ld de,loaded
            ld bc,1+NAME_LENGTH
            ldir
            ld hl,loaded
            call real_drive
            call default_buffer
            ld hl,rest_length       ; the command tail
            ld de,TAIL
            ld c,(hl)
            ld b,0
            ld a,c
            ld (de),a
            inc de
            ld hl,(rest)
            or a
            jr z,.no_tail
            ldir
.no_tail:
            jp MIND_ORIGIN

.damaged:
            call default_buffer
            ld sp,stack_top
            ld hl,text_damaged
            call say_of_name
            ld hl,text_none_left
            call print
            jp ask

; "GUESS needs 41K, has 38K."
too_small:
            call print_name
            ld hl,text_needs
            call print
            ld hl,(TAIL+MIND_END)
            call print_kilobytes
            ld hl,text_has
            call print
            ld hl,(TPA_END)
            ld de,-3FFh             ; whole ones
            add hl,de
            call print_kilobytes
            ld hl,text_k
            jp print

; Print the name in fcb, then the text at HL.
say_of_name:
            push hl
            call print_name
            pop hl
            jp print

; ---- records ---------------------------------------------------------------------------------------------

read:
            ld c,F_READ
; Function C with the name in fcb. Z if A = 0.
file:
            ld de,fcb
            call BDOS
            or a
            ret

default_buffer:
            ld de,TAIL
; Set the buffer for the next record to DE.
set_buffer:
            ld c,F_DMA
            jp BDOS

; The drive at HL: 0, the default one, becomes its number.
real_drive:
            ld a,(hl)
            or a
            ret nz
            push hl
            ld c,F_DRIVE
            call BDOS
            inc a
            pop hl
            ld (hl),a
            ret

; DE = CRC (x^16 + x^12 + x^5 + 1, that of XMODEM) of the record at HL, going on from DE; HL -> the next one. Records
; begin at multiples of their length. 20,500 T-states per record: 0.9 s for 40 KB at 7.4 MHz, and no table.
add_record:
            ld a,(hl)
            inc hl
            xor d
            ld d,a
            rrca
            rrca
            rrca
            rrca
            and 0Fh
            xor d
            ld d,a                  ; x = h ^ h >> 4, where h = byte ^ CRC >> 8
            rlca
            rlca
            rlca
            rlca
            ld b,a                  ; the CRC becomes CRC << 8 ^ x << 12 ^ x << 5 ^ x
            rlca
            ld c,a
            and 1Fh
            xor e
            ld e,a
            ld a,b
            and 0F0h
            xor e
            ld b,a
            ld a,c
            and 0E0h
            xor d
            ld e,a
            ld d,b
            ld a,l
            and MIND_RECORD-1
            jr nz,add_record
            ret

magic:      db 'Z80 MIND'
magic_end:
            assert magic_end-magic == MAGIC_BYTES
