; The line: frames in, dots and answers out.

; A character in A, or carry after a tick without any. Changes BC, DE, HL.
get:            call wait
                ret c
                call conin
                or a
                ret

wait:           ld hl,TICK
wait_on:        push hl
                call const
                pop hl
                or a
                ret nz
                dec hl
                ld a,h
                or l
                jr nz,wait_on
                scf
                ret

; A frame came as it should.
good:           xor a
                ld (cans),a
                ld (junk),a
                ld (silences),a
hunt:           call get
                jr c,tick
                cp SYNC
                jr z,frame_begins
                ld hl,junk
                ld (hl),1
                ld hl,cans
                inc (hl)
                cp CAN
                jr z,hunt
                ld (hl),0
                jr hunt

tick:           ld a,(cans)
                cp 2
                jp nc,ended
                ld hl,silences
                inc (hl)
                ld a,(hl)
                cp PATIENCE
                jp z,ended
                ld hl,junk
                ld a,(hl)
                or a
                jr z,hunt
                ld (hl),0
                ld c,'?'
                call conout
                jr hunt

frame_begins:   ld hl,header
                ld (frame),hl
                ld b,4
                ld e,HEADER_SUM
header_next:    push bc
                push de
                push hl
                call get
                pop hl
                pop de
                pop bc
                jr c,lost
                ld (hl),a
                inc hl
                xor e
                ld e,a
                djnz header_next
                or a
                jr nz,bad
                ld a,(header)
                or a
                jr z,request_comes
                cp MOST_RECORDS + 1
                jr nc,bad
                ld b,a
                ld e,a
                ld d,0
                ld hl,(header + 1)
                push hl
                add hl,de
                jr c,beyond
                ex de,hl
                ld hl,(capacity)
                or a
                sbc hl,de
beyond:         pop hl
                jr c,bad
                call place_of
                call fill
                jr c,lost
                call dot
                jp good

bad:            ld a,1
                ld (junk),a
                jp hunt

; The line fell silent within a frame. It may be that who sends has given up: CAN, a pause, CAN. HL = behind what came.
lost:           ld b,0
lost_next:      dec hl
                ld a,(hl)
                cp CAN
                jr nz,lost_end
                ld de,(frame)           ; not what came before it
                ld a,l
                sub e
                ld a,h
                sbc a,d
                jr c,lost_end
                inc b
                jr lost_next
lost_end:       ld a,b
                ld (cans),a
                cp 2
                jp nc,ended             ; no pause was seen between them, where a tick is long
                jr bad

request_comes:  ld hl,request
                ld b,1
                call fill
                jr c,lost
                call crc_start
                ld hl,request
                ld b,REQUEST_SIZE - 4
                call crc_add
                ld hl,request + REQUEST_SIZE - 4
                ld de,crc
                ld b,4
request_check:  ld a,(de)
                cp (hl)
                jr nz,bad
                inc hl
                inc de
                djnz request_check
                ld a,(number)
                ld hl,last
                cp (hl)
                ld (hl),a
                call nz,obey
                call say_answer
                jp good

; B records to HL; the first of them ends where the address is next a multiple of 128. Carry, and HL behind what came, if
; they do not come. At 115200 baud one byte comes per 640 T-states, of which this takes 350 with a short BIOS.
fill:           ld (frame),hl
fill_next:      push bc
                push hl
                call const
                or a
                jr nz,fill_take
                call wait
                jr c,fill_lost
fill_take:      call conin
                pop hl
                pop bc
                ld (hl),a
                inc hl
                ld a,l
                and 7Fh
                jr nz,fill_next
                djnz fill_next
                or a
                ret
fill_lost:      pop hl
                pop bc
                ret

; HL = place in memory of record HL.
place_of:       ld d,l                  ; HL * 128
                ld e,0
                srl h
                rr d
                rr e
                ld hl,buffer
                add hl,de
                ret

dot:            ld c,'.'
                jr conout

                console_jumps

                console_print
