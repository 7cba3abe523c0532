; The mind that is loaded, as its header describes it:
;
;       A:GUESS.MND: Twenty Questions
;       33386 bytes, needs 38K, version 1, checksum 1A2B.

info:
            ld a,(loaded+1)
            or a
            ld hl,text_nobody
            jp z,print
            ld hl,loaded
            call print_drive
            ld hl,loaded+1
            call print_letters
            ld hl,text_mnd
            call print
            ld hl,MIND_HEADER+MIND_NAME
            call print
            call new_line
            ld hl,(MIND_HEADER+MIND_BYTES)
            call print_number
            ld hl,text_bytes
            call print
            ld hl,(MIND_HEADER+MIND_END)
            call print_kilobytes
            ld hl,text_version
            call print
            ld hl,(MIND_HEADER+MIND_NEEDS)
            ld h,0
            call print_number
            ld hl,text_sum
            call print
            ld hl,(MIND_HEADER+MIND_SUM)
            call print_word
            ld a,'.'
            jp con_out
