; TALK: a shell that loads minds from disk. A mind (.MND) is firmware/chat with its model, assembled for MIND_ORIGIN
; instead of 0100h. As a mind brings its own engine, it is as fast as the .COM of the same model, and TALK can load any
; kind of model. TALK stays in memory below it.
;
;       talk.asm        start, command tail, TALK's own prompt, commands        (this file)
;       name.asm        file names as they are typed
;       load.asm        loading: header, body, checksum
;       list.asm        the minds on a disk
;       info.asm        the mind that is loaded
;       text.asm        printing
;       ram.asm         what TALK keeps while a mind runs
;
; Its console is hosts/cpm.asm; from firmware/chat comes line.asm, keys typed ahead and line editing.
; The contract between TALK and its minds is shared/mind.inc.

TPA         equ 0100h

F_OPEN      equ 15
F_FIRST     equ 17
F_NEXT      equ 18
F_READ      equ 20
F_DRIVE     equ 25
F_DMA       equ 26

            include "../shared/keys.inc"

MAX_LINE    equ 127             ; as much as a command tail can hold
TEXT_END    equ 0
GAME        equ 0               ; chat/line.asm: TALK counts no moments

            include "../shared/mind.inc"

            org TPA
            jp start
            assert $ == SHELL_COMMAND
            jp command
            assert $ == SHELL_LEAVE
            jp leave

            include "../hosts/cpm.asm"
            include "../chat/line.asm"
            include "name.asm"
            include "load.asm"
            include "list.asm"
            include "info.asm"

; ---- start and end ---------------------------------------------------------------------------------------

; `TALK GUESS` loads a mind, `TALK GUESS is it big` asks it as well; `TALK /list` does as the line would.
start:
            needs_z80
            ld sp,stack_top
            call ahead_clear
            xor a
            ld (loaded+1),a
            ld hl,TAIL              ; its length and text are line_length and line
            ld de,line_length
            ld bc,MAX_LINE+1
            ldir
            ld hl,line_length
            res 7,(hl)
            call line_start
            jr z,alone
            cp '/'
            jr z,.command
            call take_name
            call c,name_wrong
            call nc,load
            jr ask
.command:
            call slash
            jr ask
alone:
            ld hl,text_title
            call print
            call list_default
            jr ask

leave:
            call new_line
bye:
            ld hl,text_bye
            call print
            jp 0

; ---- TALK's own prompt, when no mind is loaded -----------------------------------------------------------

ask:
            ld hl,text_prompt
            call print
            call read_line
            jr c,leave
            call line_start
            jr z,ask
            cp '!'
            jr z,leave
            call new_line
            call line_start
            cp '/'
            jr z,.command
            cp '?'
            ld hl,text_help
            jr z,.say
            ld hl,text_nobody
.say:
            call print
            jr ask
.command:
            call slash
            jr ask

; HL -> the first non-blank character of the line, also in A; B = characters from there on. Z if there is none.
line_start:
            ld a,(line_length)
            ld b,a
            ld hl,line
; The same for the B characters at HL.
skip_blanks:
            inc b
            dec b
            ret z
            ld a,(hl)
            cp ' '
            ret nz
            inc hl
            dec b
            jr skip_blanks

; ---- commands --------------------------------------------------------------------------------------------

; A line with a slash, typed to a mind. Returns to that mind unless another one was loaded over it.
command:
            ld (mind_stack),sp
            ld sp,stack_top
            ld b,a
            call slash
            ld sp,(mind_stack)
            ret

; Carry out the command of B characters at HL, the first of which is a slash.
slash:
            inc hl
            dec b
            ld de,commands
.command:
            push hl
            push bc
.letter:
            ld a,(de)
            inc de
            or a
            jr z,.word
            ld c,a
            inc b
            dec b
            jr z,.other
            dec b
            ld a,(hl)
            inc hl
            call upper
            cp c
            jr z,.letter
.other:
            ld a,(de)
            inc de
            or a
            jr nz,.other
.differs:
            inc de
            inc de
            pop bc
            pop hl
            ld a,(de)
            or a
            jr nz,.command
            ld hl,text_commands
            jp print
.word:                              ; it must be all of the word
            inc b
            dec b
            jr z,.same
            ld a,(hl)
            cp ' '
            jr nz,.differs
.same:
            pop af
            pop af
            ex de,hl
            ld c,(hl)
            inc hl
            ld h,(hl)
            ld l,c
            push hl                 ; skip_blanks returns to the command, with HL, B and Z
            ex de,hl
            jr skip_blanks

commands:
            db 'LOAD',0
            dw load_command
            db 'LIST',0
            dw list_command
            db 'INFO',0
            dw info
            db 'BYE',0
            dw bye
            db 0

; A as a capital
upper:
            cp 'a'
            ret c
            cp 'z'+1
            ret nc
            sub 'a'-'A'
            ret

            include "text.asm"
            include "ram.asm"
