; Receive: ask for blocks, judge them, answer; and what is said and erased where that fails.

silence:        ld hl,silences          ; no block in time
                inc (hl)
                ld a,(hl)
                cp REQUESTS
                jp z,give_up
                ld a,(expected)
                dec a
                ld c,NAK                ; for a block that got lost
                jr nz,ask
                ld a,(silences)
                cp REQUESTS_CRC
                jr nz,request
                ld a,1                  ; perhaps the sender knows only checksums
                ld (check),a
request:        ld c,'C'
                ld a,(check)
                dec a
                jr nz,ask
                ld c,NAK
ask:            call conout
                ld b,30                 ; 3 s
                call wait
                jr c,silence
                cp SOH
                ld bc,128
                jr z,block
                cp STX
                ld bc,1024
                jr z,block
                cp EOT
                jp z,end_of_file
                cp CAN
                jr nz,damaged
                ld b,30                 ; a second one, or it was noise
                call wait
                cp CAN
                jp z,cancelled

damaged:        ld b,2                  ; let what is on the way pass by
                call wait
                jr nc,damaged
                ld hl,errors
                inc (hl)
                ld a,(hl)
                cp ERRORS
                jp z,give_up
                ld c,NAK
                jr ask

; BC = size. Number, complement, data and CRC, straight to where the data belongs.
block:          ld (size),bc
                call byte
                jr c,damaged
                ld (number),a
                call byte
                jr c,damaged
                ld hl,number
                add a,(hl)
                inc a                   ; n + ~n = FFh
                jr nz,damaged
                ld bc,(size)
                ld hl,(check)
                add hl,bc
                ld b,h
                ld c,l
                ld hl,(fill)
block_next:     push bc
                call byte
                pop bc
                jr c,damaged
                ld (hl),a
                inc hl
                dec bc
                ld a,b
                or c
                jr nz,block_next
                ld bc,(size)
                ld hl,(fill)
                ld de,0
                ld a,(check)
                dec a
                jr z,block_sum
                inc bc
                inc bc
                call crc                ; over data and CRC it comes to 0
                ld a,d
                or e
                jr block_judged
block_sum:      ld a,e
                add a,(hl)
                ld e,a
                cpi                     ; on, and P/V tells whether there is more
                jp pe,block_sum
                ld a,e
                cp (hl)
block_judged:   jr nz,damaged

                ld a,(expected)
                ld b,a
                ld a,(number)
                cp b
                jr z,news
                inc a                   ; the last one again: our ACK was lost
                cp b
                jr nz,give_up
                jr acknowledge
news:           ld hl,expected
                inc (hl)
                ld hl,(fill)
                ld bc,(size)
                add hl,bc
                ld (fill),hl
                ld de,buffer + FLUSH_AT
                or a
                sbc hl,de
                call nc,flush
acknowledge:    xor a
                ld (errors),a
                ld (silences),a
                ld c,ACK
                jp ask

end_of_file:    ld b,1                  ; alone, or the damaged head of a block
                call wait
                jp nc,damaged
                call flush
                ld c,F_CLOSE
                call file
                inc a
                jr z,disk_full
                ld c,ACK
                call conout
                ld hl,text_done
                jp say_and_end

; Failures: CAN CAN to the sender, nothing left on the disk.

disk_full:      ld sp,stack
                ld hl,text_full
                jr fail
cancelled:
give_up:        ld hl,text_cancelled
fail:           push hl
                ld c,CAN
                call conout
                ld c,CAN
                call conout
                ld c,F_CLOSE            ; the directory must know the blocks to free them
                call file
                ld c,F_DELETE
                call file
fail_quiet:     ld b,5                  ; a sender in the middle of a block stops first
                call wait
                jr nc,fail_quiet
                pop hl
                jp say_and_end
