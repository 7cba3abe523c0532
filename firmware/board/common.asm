; What the programs of the ROM disk share. They provide `conout`, which prints C and keeps BC, DE and HL.

; The text at HL, which ends in 0.
print:          ld a,(hl)
                or a
                ret z
                ld c,a
                call conout
                inc hl
                jr print

; HL in decimal, with spaces before it up to B places.
print_number:
                ld b,0
print_padded:   ld c,0                  ; C digits on the stack
number_digit:   ld de,10
                call divide
                push af
                inc c
                dec b
                ld a,h
                or l
                jr nz,number_digit
                ld e,c
number_pad:     dec b
                inc b
                jr z,number_print
                jp m,number_print
                ld c,' '
                call conout
                dec b
                jr number_pad
number_print:   ld b,e
number_next:    pop af
                add a,'0'
                ld c,a
                call conout
                djnz number_next
                ret

; HL = HL / DE, A = remainder (DE < 256).
divide:
                push bc
                ld b,16
                xor a
divide_bit:     add hl,hl
                rla
                cp e
                jr c,divide_next
                sub e
                inc l
divide_next:    djnz divide_bit
                pop bc
                ret

; HL = free space in KB of drive A as an FCB has it: 1 = A:, 2 = B:, 0 the current one. Changes IX.
free_space:
                push af
                ld c,25                 ; current disk
                call BDOS_JUMP
                ld e,a
                pop af
                push de                 ; E = the disk to come back to
                dec a
                jp m,free_here
                ld e,a
                ld c,14                 ; select
                call BDOS_JUMP
free_here:      ld c,31                 ; disk parameters
                call BDOS_JUMP
                inc hl
                inc hl
                ld a,(hl)               ; block shift: 3 for 1 KB
                sub 2
                push af
                inc hl
                inc hl
                inc hl
                ld e,(hl)               ; last block
                inc hl
                ld d,(hl)
                inc de
                push de
                ld c,27                 ; allocation vector: a bit for each block, 0 is free
                call BDOS_JUMP
                pop de
                ld ix,0
free_byte:      ld c,(hl)
                inc hl
                ld b,8
free_bit:       rl c
                jr c,free_used
                inc ix
free_used:      dec de
                ld a,d
                or e
                jr z,free_done
                djnz free_bit
                jr free_byte
free_done:      push ix
                pop hl
                pop bc                  ; B = block shift - 2
                jr free_shifted
free_shift:     add hl,hl
free_shifted:   djnz free_shift
                pop de
                push hl
                ld c,14
                call BDOS_JUMP
                pop hl
                ret
