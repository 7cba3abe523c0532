; XM S: send a file in blocks of 128, with CRC or checksum as the receiver asks.

send:
                call make_crc_table
                ld hl,text_sending
                call print
                call print_file
                ld c,15                 ; open
                call file_call
                inc a
                ld hl,text_missing
                jp z,finish
                ld c,35                 ; size
                call file_call
                ld hl,text_size
                call print
                ld hl,(fcb + FCB_R0)
                call print_number
                ld hl,text_records
                call print
                ld hl,(fcb + FCB_R0)
                ld de,7
                add hl,de
                ld b,3
send_kilobytes: srl h
                rr l
                djnz send_kilobytes
                call print_number
                ld hl,text_cancel
                call print
                ld de,buffer + 3
                ld c,26
                call BDOS_JUMP

send_start:     ld b,SEND_TENTHS        ; C or NAK
                call wait_char
                jr c,send_start_late
                cp CAN
                jp z,send_cancel
                cp NAK
                ld b,0
                jr z,send_first
                cp 'C'
                jr nz,send_start
                inc b
send_first:     ld a,b
                ld (crc_mode),a
                or a
                call nz,send_after_k
                xor a
                ld (expected),a
send_next:      ld hl,expected
                inc (hl)
                ld c,20                 ; read
                call file_call
                or a
                jr nz,send_end
                ld hl,buffer            ; SOH number ~number, and behind the data CRC or checksum
                ld (hl),SOH
                inc hl
                ld a,(expected)
                ld (hl),a
                inc hl
                cpl
                ld (hl),a
                inc hl
                call sum_128
                ld a,ERRORS
                ld (errors),a
send_block:     ld hl,buffer
                ld a,(block_size)
                ld b,a
send_byte:      ld c,(hl)
                inc hl
                call conout
                djnz send_byte
                call send_answer
                jr z,send_next
                jr send_block

send_end:       ld a,ERRORS
                ld (errors),a
send_eot:       ld c,EOT
                call conout
                ld b,EOT_TENTHS
                call send_answer_in
                jp z,WARM_JUMP
                jr send_eot

send_start_late:
                ld hl,tries
                inc (hl)
                ld a,(hl)
                cp SEND_STARTS
                jr nz,send_start
send_aborted:   ld hl,text_aborted
                jp finish

; After "C" a K may follow: it must not be taken for an answer.
send_after_k:
                ld b,1
                call wait_char
                ret

; The receiver's answer: Z for ACK, NZ for once more.
send_answer:
                ld b,SEND_TENTHS
send_answer_in: call wait_char
                jr c,send_again
                cp ACK
                ret z
                cp CAN
                jr z,send_cancel
                cp NAK
                jr nz,send_answer       ; noise, or a late C
send_again:     ld hl,errors
                dec (hl)
                ret nz
                pop hl
                jr send_aborted

send_cancel:                            ; two of them
                ld b,XM_REQUEST_TENTHS
                call wait_char
                jr c,send_again
                cp CAN
                jr nz,send_again
                call purge_short
                ld hl,text_send_cancelled
                jp finish

; CRC or checksum of the 128 bytes at HL, behind them; (block_size) = bytes to send.
sum_128:
                ld b,128
                sum_start
sum_next:       ld a,(hl)
                inc hl
                sum_byte
                djnz sum_next
                ld a,(crc_mode)
                or a
                jr z,sum_check
                exx
                ld a,d
                exx
                ld (hl),a
                inc hl
                exx
                ld a,e
                exx
                ld (hl),a
                ld a,3 + 128 + 2
                ld (block_size),a
                ret
sum_check:      exx
                ld a,c
                exx
                ld (hl),a
                ld a,3 + 128 + 1
                ld (block_size),a
                ret
