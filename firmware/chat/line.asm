; Keys typed ahead, and the line that is being typed.
;
; Keys are taken from the host as soon as we look, into a queue: the host may hold only one or two for us. There they wait
; their turn, also while an answer is said. ^C and ESC that come while one is said do not wait: it ends, and what was typed
; before them is thrown away; then ^C, as any ^C, leaves.

AHEAD_SIZE  equ 128             ; keys in the queue; a power of two

ahead_clear:
            xor a
            ld (ahead_count),a
            ld (ahead_first),a
            ret

; Take the keys that are waiting at the host, while there is room for them. Carry after ^C or ESC, which is the last then.
ahead_collect:
            ld a,(ahead_count)
            cp AHEAD_SIZE
            ret nc                  ; what comes now stays at the host; Z, and no carry
            call con_key
            ret z                   ; and no carry
            ld c,a
            ld hl,ahead_count
            ld a,(hl)
            inc (hl)
            ld hl,ahead_first
            add a,(hl)
            call ahead_place
            ld (hl),c
            ld a,c
            cp CTRL_C
            jr z,.stops
            cp ESC
            jr nz,ahead_collect
.stops:
            scf
            ret

; HL -> place A of the queue, modulo its size
ahead_place:
            and AHEAD_SIZE-1
            ld hl,ahead
            add a,l
            ld l,a
            ret nc
            inc h
            ret

; A = the next key, waiting for one if need be.
next_key:
            if GAME
            ld hl,(moment)          ; how long it takes until a key comes nobody knows
            inc hl
            ld (moment),hl
            endif
            call ahead_collect
            ld hl,ahead_count
            ld a,(hl)
            or a
            if HOST_WAITS
            jr nz,.typed
            call con_wait
            jr next_key
.typed:
            else
            jr z,next_key
            endif
            dec (hl)
            ld hl,ahead_first
            ld a,(hl)
            inc (hl)
            call ahead_place
            ld a,(hl)
            ret

; Read a line into line, line_length, with echo. Carry if ^C was typed.
read_line:
            xor a
            ld (line_length),a
.key:
            call next_key
            cp CTRL_C
            scf
            ret z
            cp CR
            ret z                   ; and no carry
            cp LF
            jr z,.end
            cp BACKSPACE
            jr z,.rub
            cp DELETE
            jr z,.rub
            cp CTRL_U
            jr z,.restart
            cp CTRL_X
            jr z,.restart
            cp ' '
            jr c,.key               ; other controls are nothing
            ld b,a
            ld hl,line_length
            ld a,(hl)
            cp MAX_LINE
            ld a,BELL
            jr nc,.show             ; the line is full
            ld e,(hl)
            inc (hl)
            ld d,0
            ld hl,line
            add hl,de
            ld (hl),b
            ld a,b
.show:
            call con_out
            jr .key
.end:
            or a
            ret
.rub:
            call rub_out
            jr .key
.restart:
            call rub_out
            ld a,(line_length)
            or a
            jr nz,.restart
            jr .key

; Take back the last character, on the screen too.
rub_out:
            ld hl,line_length
            ld a,(hl)
            or a
            ret z
            dec (hl)
            ld hl,text_rub_out
            jp print
text_rub_out:   db BACKSPACE,' ',BACKSPACE,TEXT_END
