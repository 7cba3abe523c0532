; Requests, and their answers.

; Do what is asked. The answer grows at `next_sum`.
obey:           call dot
                ld hl,answer + 2
                ld (next_sum),hl
                ld hl,buffer
                ld (place),hl
                ld hl,name
                ld de,fcb
                ld bc,12
                ldir
                ld h,d
                ld l,e
                inc de
                ld (hl),0
                ld c,23
                ldir
                ld a,(function)
                cp FUNCTIONS
                ret nc                  ; an empty answer
                add a,a
                ld e,a
                ld d,0
                ld hl,functions
                add hl,de
                ld e,(hl)
                inc hl
                ld d,(hl)
                ex de,hl
                jp (hl)

functions:      dw hello
                dw sums_old
                dw sums_disk
                dw sums_groups
                dw sums_records
                dw write
                dw place_file
                dw end
FUNCTIONS:      equ ($ - functions) / 2

hello:          ld a,VERSION
                call say_byte
                ld hl,(self)
                call say_word
                ld hl,(self + 2)
                call say_word
                ld hl,(capacity)
say_word:       ld a,l
                call say_byte
                ld a,h
say_byte:       push hl
                ld hl,(next_sum)
                ld (hl),a
                inc hl
                ld (next_sum),hl
                pop hl
                ret

say_answer:     ld hl,(next_sum)
                ld de,answer + 2
                or a
                sbc hl,de
                ld a,(number)
                ld h,a
                ld a,l
                ld l,h
                ld h,a
                ld (answer),hl          ; number, length
                add a,2
                ld b,a
                push bc
                call crc_start
                ld hl,answer
                call crc_add
                ex de,hl
                ld hl,crc
                ld bc,4
                ldir
                pop bc
                ld c,ANSWER_SYNC
                call say_char
                ld c,SYNC
                call say_char
                ld hl,answer
                inc b
                inc b
                inc b
                inc b
say_next:       ld c,(hl)
                inc hl
                call say_char
                djnz say_next
                ret

say_char:       push bc
                push hl
                call conout
                pop hl
                pop bc
                ret

; It is over, one way or the other.
end:            call erase
                ld hl,text_done
                jr leave

ended:          ld sp,stack
                ld a,(made)
                or a
                jr z,ended_said
                call use_temporary
                call erase
ended_said:     ld hl,text_ended
leave:          call print
                jp 0
