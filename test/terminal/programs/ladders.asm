; A game of floors and ladders: h l walk, k j climb, a barrel rolls on the lower floor, $ is 10, & is the way out.
; Every move puts two characters, each by its place. Esc ends.

            org 100h
            jp start

            include "terminal.asm"

WIDTH       equ 30
TOP         equ 2                           ; the map's first row on the screen
LEFT        equ 5

start:
            ld hl,clear_text
            call print
            ld hl,map
            ld b,TOP
.row:
            ld c,LEFT
            push bc
            push hl
            call place
            pop hl
            call print
            pop bc
            inc hl                          ; the zero
            inc b
            ld a,(hl)
            inc a
            jr nz,.row
            ld hl,title
            ld bc,0
            call place_and_print
turn:
            call show_score
            ld a,'o'
            call show_player
            call show_barrel
            call key
            push af
            call hide_player
            call roll
            pop af
            cp 27
            jp z,quit
            ld bc,(player)                  ; B: row, C: column
            cp 'h'
            jr nz,.right
            dec c
.right:
            cp 'l'
            jr nz,.up
            inc c
.up:
            cp 'k'
            jr nz,.down
            call is_ladder
            jr nz,.still
            dec b
.down:
            cp 'j'
            jr nz,.step
            inc b
            call is_ladder
            jr nz,.still
.step:
            call on_map
            cp '='
            jr z,.still
            cp '|'
            jr z,.still
            ld (player),bc
            cp '&'
            jp z,won
            cp '$'
            jr nz,.still
            ld (hl),' '
            ld a,(score)
            add a,10
            ld (score),a
.still:
            ld hl,(player)
            ld de,(barrel)
            or a
            sbc hl,de
            jr nz,turn
            ld hl,lives
            dec (hl)
            jp z,lost
            ld hl,4*256+2                   ; back to where it began
            ld (player),hl
            jr turn

; One to the left; from the wall it comes again.
roll:
            ld bc,(barrel)
            call on_map
            call put_at
            dec c
            call on_map
            cp '|'
            jr nz,.there
            ld c,WIDTH-2
.there:
            ld (barrel),bc
            ret

; Z if the map has a ladder at row B, column C. Keeps A.
is_ladder:
            ld e,a
            push de
            call on_map
            pop de
            cp 'H'
            ld a,e
            ret

; A: what the map has at row B, column C; HL: where.
on_map:
            ld hl,map
            ld de,WIDTH+1
            ld a,b
            or a
            jr z,.column
.add:
            add hl,de
            dec a
            jr nz,.add
.column:
            ld e,c
            ld d,0
            add hl,de
            ld a,(hl)
            ret

; A at row B, column C of the map. Keeps BC.
put_at:
            push af
            push bc
            ld a,b
            add a,TOP
            ld b,a
            ld a,c
            add a,LEFT
            ld c,a
            call place
            pop bc
            pop af
            jp put

hide_player:
            ld bc,(player)
            call on_map
show_player:
            ld bc,(player)
            jr put_at
show_barrel:
            ld bc,(barrel)
            ld a,'@'
            jr put_at

show_score:
            ld bc,20
            call place
            ld hl,score_text
            call print
            ld a,(score)
            call decimal
            ld hl,lives_text
            call print
            ld a,(lives)
            call decimal
            ld hl,to_line_end
            jp print

place_and_print:
            push hl
            call place
            pop hl
            jp print

won:
            ld hl,won_text
            jr over
lost:
            ld hl,lost_text
over:
            push hl
            call show_score
            ld bc,10*256+LEFT
            call place
            ld hl,inverse_on
            call print
            pop hl
            call print
            ld hl,inverse_off
            call print
            ld bc,11*256
            call place
            rst 0
quit:
            ld hl,clear_text
            call print
            rst 0

title:      db "LADDERS",0
score_text: db "Score ",0
lives_text: db "  Lives ",0
won_text:   db " YOU ARE OUT ",0
lost_text:  db " THE BARREL HAS YOU ",0

map:
            db "|                           &|",0
            db "|====H=======================|",0
            db "|    H     $         $       |",0
            db "|======================H=====|",0
            db "|          $           H     |",0
            db "|============================|",0
            db 0FFh

player:     dw 4*256+2
barrel:     dw 4*256+25
score:      db 0
lives:      db 2
