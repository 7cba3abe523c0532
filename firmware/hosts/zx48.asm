; The ZX Spectrum 48K as a host of the talking program (cpm.asm says what a host is): the ROM's routines for characters and
; keys, its interrupt, and its system variables by IY, all of which stay as BASIC has them. BASIC starts us by USR.
;
; The screen has 32 columns, and characters come one at a time. A word that reaches the edge is wiped from its line and
; printed on the next. What is typed is rubbed out across such a break, so the last lines and where they were broken are
; kept. Codes from 80h on are tokens here: they are not printed, and keys that give them count for nothing.
;
; What belongs to the conversation is printed by RST 10h, and what only moves words about by PRINT_A, which is the same to
; the ROM: so an emulator can tell the two apart (src/emu/zx48/machine.ts).

HAS_TAIL    equ 0
ASKS_MEMORY equ 0
HOST_WAITS  equ 1

CLS         equ 0D6Bh           ; the ROM's: wipe the screen
CHAN_OPEN   equ 1601h           ; A = channel to print to
PRINT_A     equ 15F2h           ; print A, as RST 10h does
BREAK_KEY   equ 1F54h           ; no carry while CAPS SHIFT and SPACE are held
BEEPER      equ 03B5h           ; a tone: DE periods, HL = T-states of one/8 - 30; IX is lost

LAST_K      equ 5C08h           ; the key that was pressed last
FLAGS       equ 5C3Bh
MODE        equ 5C41h
FLAGS2      equ 5C6Ah
COLUMN      equ 5C88h           ; 33 less the column of the next character: 1 where the line is full
ROW         equ 5C89h           ; 24 less the row
SCROLLS     equ 5C8Ch           ; lines to scroll before the ROM asks
KEY_THERE   equ 5               ; bits of FLAGS: a key waits in LAST_K
L_MODE      equ 3               ; keys are letters, not keywords
CAPS_LOCK   equ 3               ; bit of FLAGS2
FLASH       equ 7               ; bit of an attribute
AT          equ 16h             ; moves to a row and a column
ATTRIBUTES  equ 5800h

SCREEN      equ 2               ; the channel
WIDTH       equ 32
LINES       equ 8               ; that are kept: as many as a typed line can have; a power of two
LETTERS     equ 0FF00h          ; their characters, LINES*WIDTH, a page; BASIC has pictures for USR there
BLANK_LOST  equ 80h             ; with the width of a line: a blank that came behind its last column is not shown

BEEP_PITCH  equ 844             ; 500 Hz,
BEEP_PERIODS equ 24             ; a twentieth of a second

KEY_EDIT    equ 07h             ; the ROM's codes
KEY_DELETE  equ 0Ch
KEY_CAPS    equ 06h
COPYRIGHT   equ 7Fh

host_start  macro
            ld (basic_sp),sp
            call CLS
            ld a,SCREEN
            call CHAN_OPEN
            ld hl,FLAGS
            set L_MODE,(hl)
            res KEY_THERE,(hl)
            xor a
            ld (MODE),a
            ld (waiting),a
            ld (break_held),a
            ld (breaks),a
            endm

host_leave  macro
            jp to_basic
            endm

host_memory macro
            ld a,high MEMORY_END
            endm

host_help   macro
            db 'Type a question, then ENTER. DELETE takes back a letter, EDIT the line.'
            db CR,LF,'BREAK (CAPS SHIFT and SPACE) stops an answer; at the prompt it leaves, as ! does.'
            db ' /TIME 5 times five answers.'
            endm

; BASIC takes a BREAK that is still held for its own.
to_basic:
            call hide_cursor
.held:
            call BREAK_KEY
            jr nc,.held
            ld hl,FLAGS
            res KEY_THERE,(hl)
            ld sp,(basic_sp)
            ret

; ---- keys ------------------------------------------------------------------------------------------------

; BREAK is ^C where a line is typed and ESC elsewhere, once for each time it is pressed.
con_key:
            call BREAK_KEY
            jr c,.no_break
            ld hl,FLAGS
            res KEY_THERE,(hl)      ; it is a blank, too
            ld hl,break_held
            ld a,(hl)
            ld (hl),1
            dec a
            jr z,.none
            ld a,(waiting)
            or a
            ld a,CTRL_C
            jr nz,.key
            ld a,ESC
.key:
            or a
            ret
.no_break:
            xor a
            ld (break_held),a
            ld hl,FLAGS
            bit KEY_THERE,(hl)
            ret z                   ; and no carry
            res KEY_THERE,(hl)
            ld a,(LAST_K)
            cp COPYRIGHT
            jr nc,.none
            cp ' '
            jr nc,.key
            ld hl,.keys
            ld b,KEYS_CHANGED
.find:
            cp (hl)
            inc hl
            jr z,.found
            inc hl
            djnz .find
            cp KEY_CAPS
            jr nz,.none
            ld hl,FLAGS2
            ld a,(hl)
            xor 1 << CAPS_LOCK
            ld (hl),a
.none:
            xor a
            ret
.found:
            ld a,(hl)
            or a
            ret
.keys:      db KEY_DELETE,BACKSPACE, KEY_EDIT,CTRL_U, CR,CR
KEYS_CHANGED equ ($-.keys)/2

; Until the next interrupt, with a cursor at the place where the next character goes.
con_wait:
            ld a,1
            ld (waiting),a
            call cursor
            set FLASH,(hl)
            halt
            ret

hide_cursor:
            ld hl,waiting
            ld a,(hl)
            or a
            ret z
            ld (hl),0
            call cursor
            res FLASH,(hl)
            ret

; HL -> the attribute of the next place; of the last one where the line is full
cursor:
            ld a,(ROW)
            ld b,a
            ld a,24
            sub b
            ld l,a
            ld h,0
            add hl,hl
            add hl,hl
            add hl,hl
            add hl,hl
            add hl,hl
            call column
            cp WIDTH
            jr c,.within
            dec a
.within:
            ld e,a
            ld d,high ATTRIBUTES
            add hl,de
            ret

; ---- characters ------------------------------------------------------------------------------------------

; A = the column of the next character, WIDTH where the line is full
column:
            ld a,(COLUMN)
            neg
            add a,33
            ret

con_out:
            ld c,a
            push bc
            call hide_cursor
            pop bc
            ld a,0FFh
            ld (SCROLLS),a
            ld a,c
            cp ' '
            jr c,control
            cp COPYRIGHT+1
            ret nc
            ld a,(COLUMN)
            dec a
            jr z,.full
.print:
            call column
            call letter_at
            ld (hl),c
            ld a,c
            rst 10h
            ret
.full:
            ld a,c
            cp ' '
            jr z,.blank
            call break_word
            jr .print
.blank:                             ; it would stand at the beginning of the next line
            ld b,WIDTH+BLANK_LOST
            call note_break
            rst 10h
            ld a,BACKSPACE
            jp print_only

; A control character, A: RETURN is a new line, LINE FEED nothing; one place back; a bell.
control:
            cp CR
            jr z,.return
            cp BACKSPACE
            jr z,.back
            cp BELL
            ret nz
            push ix
            ld hl,BEEP_PITCH
            ld de,BEEP_PERIODS
            call BEEPER
            pop ix
            ret
.return:
            rst 10h
            xor a
            ld (breaks),a
            ret
.back:
            call column
            or a
            jr nz,.one
            ld hl,breaks
            ld a,(hl)
            or a
            jr z,.one               ; nothing is known of what is above
            dec (hl)
            call break_at
            ld b,(hl)
            res 7,b                 ; columns that are used of it
            ld a,AT
            call print_only
            ld a,(ROW)
            cpl
            add a,24                ; 23-A: the row above
            call print_only
            ld a,b
            dec a
            call print_only
            call letter_at
            ld c,(hl)
            call .again
            call .one
            call break_at
            bit 7,(hl)              ; a blank that was never shown: all stays as it was
            ret z
.again:
            ld a,c
            jp print_only
.one:
            ld a,BACKSPACE
            push bc
            rst 10h
            pop bc
            ret

; The line is full, and a letter comes: break it before its last word, or here where that is all of it. Keeps C.
break_word:
            ld a,WIDTH-1
            call letter_at
            ld b,0                  ; letters of the word
.back:
            ld a,(hl)
            cp ' '
            jr z,.word
            dec l
            inc b
            ld a,b
            cp WIDTH
            jr nz,.back
            ld b,0
.word:
            inc l                   ; HL -> its first
            ld a,BACKSPACE
            call print_times
            ld a,' '
            call print_times
            ld d,b
            ld a,WIDTH
            sub b
            ld b,a
            push hl
            call note_break
            ld a,CR
            call print_only
            xor a
            call letter_at
            ld b,d
            ex de,hl
            pop hl
            inc b
            jr .next
.letter:
            ld a,(hl)
            ld (de),a
            inc l
            inc e
            call print_only
.next:
            djnz .letter
            ret

; A new line begins; B columns of this one are used. Keeps A.
note_break:
            push af
            call break_at
            ld (hl),b
            ld hl,breaks
            inc (hl)
            pop af
            ret

; HL -> where this line is broken
break_at:
            ld a,(breaks)
            and LINES-1
            ld hl,break_columns
            add a,l
            ld l,a
            ret nc
            inc h
            ret

; HL -> what stands in column A of this line
letter_at:
            ld l,a
            ld a,(breaks)
            rrca
            rrca
            rrca
            and (LINES-1)*WIDTH
            add a,l
            ld l,a
            ld h,high LETTERS
            ret

; Print A, on the screen alone, B times. Keeps all registers but F.
print_times:
            push bc
            inc b
            jr .next
.again:
            call print_only
.next:
            djnz .again
            pop bc
            ret
print_only:
            push af
            push bc
            push de
            push hl
            call PRINT_A
            pop hl
            pop de
            pop bc
            pop af
            ret

            assert LINES*WIDTH == 256

basic_sp:   dw 0
waiting:    db 0                ; 1: a line is being typed, and the cursor is shown
break_held: db 0                ; 1: and it was told
breaks:     db 0                ; of lines, since the last RETURN
break_columns: ds LINES         ; columns that were used of a line
