; The monitor's Intel HEX loader. It begins at a ':' that is the first character at the prompt, keeps up with the
; line, and says nothing until the end record:
;
;   :10 8000 00 ... sum        CR, LF, both or nothing between records
;   :00 0000 01 FF             Ready, or File error if any sum was wrong; good records are in memory all the same
;
; As observed: between records ESC leaves, silently unless something else than records has come. Within a record
; everything counts as a digit, ESC too, and it waits until it has all that it wants. Other record types pass.

hex_load:
                xor a
                ld (hex_bad),a
                ld (hex_junk),a
hex_record:
                hex_record_head
                call hex_byte
                ld b,a                  ; type
                inc e
                jr hex_more
hex_data:       call hex_byte
                ld c,a
                ld a,b
                or a
                jr nz,hex_more
                bit 7,h                 ; ROM takes nothing, and nobody notices
                jr z,hex_more
                ld (hl),c
                inc hl
hex_more:       dec e
                jr nz,hex_data
                call hex_byte
                ld a,d
                or a
                jr z,hex_sum_right
                ld (hex_bad),a
hex_sum_right:  dec b
                jr z,hex_end
hex_between:    call get_char
                cp ':'
                jr z,hex_record
                cp ESC
                jr z,hex_escape
                cp ' '
                jr c,hex_between
                ld (hex_junk),a
                jr hex_between

hex_escape:     ld a,(hex_junk)
                or a
                jp z,new_line
                call print_crlf
                jp bad_command

hex_end:        ld hl,text_ready
                ld a,(hex_bad)
                or a
                jr z,hex_say
                ld hl,text_file_error
hex_say:        call print
                jp prompt

                hex_byte_reader hex_digit
                hex_digit_reader get_char

text_ready:     db "Ready",CR,LF,CR,LF,0
text_file_error:
                db "File error",CR,LF,CR,LF,0
