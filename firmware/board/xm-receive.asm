; XM R: receive a file. HL = the request to send.

receive:
                ld (request),hl
                ld a,(hl)
                cp NAK
                ld a,0
                jr z,receive_crc
                inc a
receive_crc:    ld (crc_mode),a
                call make_crc_table
                ld hl,text_receiving
                call print
                call print_file
                ld c,17                 ; search
                call file_call
                inc a
                ld hl,text_exists
                jp nz,finish
                ld c,22                 ; make
                call file_call
                inc a
                ld hl,text_directory
                jp z,finish
                ld a,(fcb)
                call free_space
                call print_number
                ld hl,text_ready
                call print

                xor a
                ld (tries),a
                ld (errors),a
                ld (any_block),a
                inc a
                ld (expected),a
                ld hl,buffer
                ld (fill),hl

header:                                 ; what comes next?
                ld b,XM_REQUEST_TENTHS
                call wait_char
                jr c,header_silence
header_char:    cp SOH
                ld bc,128
                jp z,block
                cp STX
                ld bc,1024
                jp z,block
                cp EOT
                jp z,end_of_file
                cp CAN
                jr z,header_cancel
                jr block_bad

header_cancel:                          ; the operator: a second one within 5 s, and it's over
                ld b,XM_REQUEST_TENTHS
                call wait_char
                jr c,header
                cp CAN
                jr nz,header_char
                jp cancelled

header_silence:
                ld hl,tries
                inc (hl)
                ld a,(hl)
                cp XM_REQUESTS
                jp z,cancelled
                ld b,a
                ld a,(any_block)
                or a
                jr nz,send_nak
                ld a,b
                cp XM_REQUESTS_CRC + 1
                jr nz,send_request
                ld hl,request_nak       ; perhaps the sender knows only checksums
                ld (request),hl
                xor a
                ld (crc_mode),a
send_request:   ld hl,(request)
                call print
                jr header

; Something was wrong with the block: wait until the line is silent, and ask for it again.
block_bad:
                call purge
block_lost:     ld hl,errors
                inc (hl)
                ld a,(hl)
                cp ERRORS
                jp z,aborted
                cp ERRORS_CRC
                jr nz,block_again
                xor a
                ld (crc_mode),a
block_again:    ld a,(any_block)
                or a
                jr z,send_request
send_nak:       ld c,NAK
                call conout
                jr header

; A block of BC bytes of data.
block:
                ld (length),bc
                call get_byte
                jr c,block_lost
                ld (number),a
                call get_byte
                jr c,block_lost
                cpl
                ld hl,number
                cp (hl)
                jr nz,block_bad
                sum_start
                ld hl,(fill)
                ld bc,(length)
block_byte:     call const
                or a
                jp z,block_wait
                call conin
block_take:     ld (hl),a
                inc hl
                sum_byte
                if XM_BYTE_US
                ld de,BYTE_ROUNDS
block_slow:     dec de
                ld a,d
                or e
                jr nz,block_slow
                endif
                dec bc
                ld a,b
                or c
                jr nz,block_byte
                ld (block_end),hl

                call get_byte
                jr c,block_lost
                ld hl,crc_mode
                bit 0,(hl)
                jr z,block_sum
                exx
                cp d
                exx
                jp nz,block_bad
                call get_byte
                jp c,block_lost
                exx
                cp e
                exx
                jp nz,block_bad
                jr block_good
block_sum:      exx
                cp c
                exx
                jp nz,block_bad

block_good:
                ld a,(number)
                ld hl,expected
                cp (hl)
                jr z,block_new
                inc a
                cp (hl)
                jp nz,aborted
                jr acknowledge          ; the last one again: our ACK was lost
block_new:      inc (hl)
                ld a,1
                ld (any_block),a
                ld hl,(block_end)
                ld (fill),hl
                ld de,buffer + BUFFER_RECORDS * 128
                or a
                sbc hl,de
                jr c,acknowledge
                call flush
                jp nz,write_failed
acknowledge:
                xor a
                ld (errors),a
                ld (tries),a
                ld c,ACK
                call conout
; Has the operator typed the key to cancel? The console is the line, so a sender that is too quick with the next
; block loses its first byte here.
                ld hl,LOOK
look_wait:      dec hl
                ld a,h
                or l
                jr nz,look_wait
                call const
                or a
                jp z,header
                call conin
                cp CAN
                jp nz,header
                jp header_cancel

block_wait:     ld d,b                  ; B is the wait's
                ld b,XM_LOST_TENTHS
                call wait_char
                ld b,d
                jp c,block_lost
                jp block_take

end_of_file:
                ld a,(any_block)
                or a
                jr z,cancelled
                call flush
                jr nz,write_failed
                ld c,16                 ; close
                call file_call
                inc a
                jr z,write_failed
                ld c,ACK
                call conout
                ld hl,text_thanks
                jp finish

; Write what the buffer holds. NZ if the disk is full.
flush:
                ld de,buffer
flush_next:     ld hl,(fill)
                or a
                sbc hl,de
                jr z,flush_done
                push de
                ld c,26                 ; set DMA
                call BDOS_JUMP
                ld c,21                 ; write
                call file_call
                pop de
                or a
                ret nz
                ld hl,128
                add hl,de
                ex de,hl
                jr flush_next
flush_done:     ld hl,buffer
                ld (fill),hl
                xor a
                ret

write_failed:   ld hl,text_full
                call print
cancelled:      call purge_short
                ld c,16
                call file_call
                ld c,19                 ; delete
                call file_call
                ld hl,text_cancelled
                jp finish

aborted:        call purge
                ld c,CAN
                call conout
                call purge
                call flush
                ld c,16
                call file_call
                ld hl,text_aborted
                jp finish
