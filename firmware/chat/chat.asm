; The talking program: one per model, for any CP/M 2.2 machine with a Z80, and for the other hosts of firmware/hosts.
;
;       chat.asm        start, command tail, the question-and-answer loop      (this file)
;       line.asm        keys typed ahead, and line editing
;       print.asm       texts as they stand in memory
;       walk.asm        one column times one input: the inner loops
;       packed.asm      the same for columns stored as bit masks
;       unpack.asm      bit masks to lists, where there is memory
;       layers.asm      from layer to layer
;       ram.asm         what lies behind the program in memory
;
; then, for a model that spells its answers freely, or for one of a closed set of answers:
;
;       encode.asm      text -> columns of the first layer              fold.asm, pieces.asm, columns.asm, widen.asm
;       spell.asm       character after character until the end mark    choose.asm, decide.asm
;       maximum.asm     the first maximum of the last layer
;
; for one that has texts of its own for its answers, that remembers what it said or plays a game (src/model/conversation.ts):
;
;       voice.asm       what is said for an answer, by turns            instead of choose.asm
;       texts.asm       packed texts
;       game.asm        secrets, truths, guesses and hints
;
; and, made by src/build for each model and machine:
;
;       form.inc        which of the two it is, and whether a program or a mind for TALK; its place in memory
;       host.inc        the host that it runs on, one of firmware/hosts: keys, characters, beginning and end
;       model.inc       tables, charset or answers, texts, weights
;       letters.inc     letters without their accents, for fold.asm
;
; Interrupts stay enabled throughout, SP is never used for anything but a stack, and no undocumented
; instruction is used, so that the program also runs where a Z180 or an interrupt-driven console is.
;
; The arithmetic is src/model/inference.ts, bit for bit.

            include "../shared/keys.inc"

MAX_ANSWER  equ 50
TIME_ROUNDS equ 3               ; of /TIME without a number
MAX_LINE    equ 127             ; as much as a command tail can hold
TEXT_END    equ 0               ; ends a text; no text or charset entry that is printed holds it

            include "form.inc"      ; CLOSED, VOICE, MEMORY, GAME: 1 or 0; SHELL: 1 for a mind, which TALK loads (firmware/talk);
                                    ; ORIGIN, where we are, and MEMORY_END, where memory ends if no host tells; FRONT_FIRST, 1
                                    ; where part of the model stands before us, at FRONT

            if SHELL
            include "../shared/mind.inc"
            endif

            if FRONT_FIRST          ; where low memory is slow: what is read once per question (src/build/places.ts)
            org FRONT
            incbin "front.bin"
            endif

            org ORIGIN
            jp start
            if VOICE                ; so that tools can tell what it remembers (src/build/signature.ts)
            db 'Z80LM',VOICE+2*MEMORY+4*GAME
            endif

            include "host.inc"
            if CLOSED
            include "widen.asm"
            endif
            include "walk.asm"
            include "packed.asm"
            include "unpack.asm"
            if CLOSED
            include "fold.asm"
            include "columns.asm"
            include "pieces.asm"
            include "layers.asm"
            if VOICE
            include "decide.asm"
            include "texts.asm"
            endif
            if GAME
            include "game.asm"
            endif
            else
            include "encode.asm"
            include "layers.asm"
            include "maximum.asm"
            endif
            include "line.asm"

; ---- start and end ---------------------------------------------------------------------------------------

start:
            host_start
            ld sp,stack_top
            if !SHELL               ; TALK keeps the keys typed ahead for its minds
            call ahead_clear
            endif
            if CLOSED
            call make_tables
            endif
            if VOICE
            call begin
            endif
            if HAS_TAIL
            call tail_to_line
            jr z,converse
            if VOICE
            call seed_in_line
            jr nc,.question
            call begin_with
            jr converse
.question:
            endif
            call respond            ; the CCP has begun a new line
            call new_line
            if SHELL
            host_leave
leave:
            jp SHELL_LEAVE
            else
leave:
            host_leave
            endif
            else
            jr converse
leave:
            host_leave
            endif

; ---- conversation ----------------------------------------------------------------------------------------

converse:
            ld hl,text_banner
            call print
            call unpack
ask:
            if GAME                 ; the prompt counts
            call new_line
            ld a,(questions)
            inc a
            call print_number
            ld hl,text_prompt+2
            else
            ld hl,text_prompt
            endif
            call print
            call read_line
            jr c,leave
            ld a,(line_length)
            or a
            jr z,ask
            ld a,(line)
            cp '!'
            jr z,leave
            call new_line
            call respond
            jr ask

            if HAS_TAIL
; The command tail, without its leading spaces, becomes the line. Z where nothing is left.
tail_to_line:
            ld hl,TAIL
            ld a,(hl)
            and 7Fh
            ld b,a
            inc b
.space:
            inc hl
            dec b
            jr z,.length            ; nothing, or nothing but spaces
            ld a,(hl)
            cp ' '
            jr z,.space
            ld a,b
            ld c,b
            ld b,0
            ld de,line
            ldir
            ld b,a
.length:
            ld a,b
            ld (line_length),a
            or a
            ret
            endif

; ---- commands --------------------------------------------------------------------------------------------

; Answer the line, unless it is one of these:
;
;       ?               help
;       /TIME, /TIME 5  answer the built-in question three times, or five, each time between square brackets on a line of its
;                       own: what a timer listens for
;       /3              seed what has a voice
;       /...            TALK's command, if we are its mind; otherwise help
respond:
            ld a,(line_length)
            ld e,a
            ld d,0
            ld hl,line
            ld a,(hl)
            cp '/'
            jr z,.command
            cp '?'
            if VOICE
            jp nz,answer
            dec e
            jp nz,answer
            else
            jr nz,answer
            dec e
            jr nz,answer
            endif
.help:
            ld hl,text_help
            jp print
            if SHELL
.unknown:
            ld hl,line
            ld a,(line_length)
            jp SHELL_COMMAND
            else
.unknown    equ .help
            endif
.command:
            add hl,de               ; a zero ends the line
            ld (hl),d
            if VOICE
            call seed_in_line
            jp c,restart
            endif
            ld hl,line+1
            ld de,text_time
            ld bc,4*256             ; letters, and C = number
.letter:
            ld a,(de)
            xor (hl)
            and 0DFh                ; capital or small
            jr nz,.unknown
            inc de
            inc hl
            djnz .letter
.digit:
            ld a,(hl)
            inc hl
            cp ' '
            jr z,.digit
            sub '0'
            jr c,.end
            cp 10
            jr nc,.unknown
            ld d,a
            ld a,c
            add a,a
            add a,a
            add a,c
            add a,a
            add a,d
            ld c,a
            jr .digit
.end:
            add a,'0'
            jr nz,.unknown
            or c
            jr nz,.rounds
            ld a,TIME_ROUNDS
.rounds:
            push af
            ld hl,text_timed
            ld de,line
            ld bc,TIMED_LENGTH
            ld a,c
            ld (line_length),a
            ldir
            ld hl,text_begin
            call print
            if VOICE
            ld a,1
            ld (timing),a
            endif
            call answer
            if VOICE
            xor a
            ld (timing),a
            ld a,(stopped)
            neg                     ; carry if not 0
            endif
            push af
            ld a,']'
            call con_out
            pop af
            jr c,.stop
            pop af
            dec a
            ret z
            push af
            call new_line
            pop af
            jr .rounds
.stop:
            pop af
            ret

; ---- one answer ------------------------------------------------------------------------------------------

; Print the answer to the question in line. Keys that come meanwhile are typed ahead; ^C and ESC stop it, and then carry is
; set (with a voice: (stopped) is).
answer:
            if VOICE
            include "voice.asm"
            elseif CLOSED
            include "choose.asm"
            include "decide.asm"
            else
            include "spell.asm"
            endif

; A character of an answer, A; then the keys that have come. Carry, and A not 0, where one of them stops it. A bell says that
; the queue has become full, but for one key: what comes beyond it may be lost at the host.
answer_out:
            call con_out
            ld a,(ahead_count)
            push af
            call ahead_collect
            pop bc
            ld hl,ahead_count
            ld a,(hl)
            jr c,.stop
            cp AHEAD_SIZE-1
            ccf
            ret nc                  ; there is room
            ld a,b
            cp AHEAD_SIZE-1
            ret nc                  ; it was full before
            ld a,BELL
            call con_out
            or a
            ret
.stop:
            ld (hl),1               ; of what was typed only this key is left
            dec a
            ld hl,ahead_first
            add a,(hl)
            ld (hl),a
            or 1
            scf
            ret

; ---- texts -----------------------------------------------------------------------------------------------

            if ASKS_MEMORY
; "Not enough memory: needs 41K, has 38K." Uses the caller's stack and no memory of ours behind the program.
too_small:
            ld hl,text_small
            call print
            host_memory             ; pages below the system
            dec a
            srl a
            srl a
            call print_number
            ld hl,text_small_end
            jr print
            endif

; A = 0..99 in decimal
print_number:
            ld b,'0'-1
.tens:
            inc b
            sub 10
            jr nc,.tens
            add a,'0'+10
            push af
            ld a,b
            cp '0'
            call nz,con_out
            pop af
            jp con_out

            include "print.asm"

text_prompt:    db CR,LF,'> ',TEXT_END
text_new_line:  db CR,LF,TEXT_END
text_begin:     db '[',TEXT_END
text_time:      db 'TIME'
text_help:
            host_help
            if GAME
            db CR,LF,'/3 plays game 3.'
            endif
            if SHELL
            db CR,LF,'/LOAD NAME loads another mind, /LIST lists them, /INFO describes this one,'
            db CR,LF,'/BYE leaves, too.'
            endif
            db TEXT_END
            if ASKS_MEMORY
text_small:
            db 'Not enough memory: needs '
            db '0'+NEEDS_K/10,'0'+NEEDS_K % 10,'K, has ',TEXT_END
text_small_end: db 'K.',CR,LF,TEXT_END
            endif

            include "model.inc"
            include "ram.asm"
