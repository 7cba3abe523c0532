; A stand-in for the chat program: '> ', a line, and for each letter of it, after some thought, that letter again.
BDOS    equ 5
        org 100h
        ld sp,stack
        ld de,banner
        ld c,9
        call BDOS
ask:
        ld de,prompt
        ld c,9
        call BDOS
        ld hl,line
        ld (at),hl
key:
        ld e,0FFh
        ld c,6
        call BDOS
        or a
        jr z,key
        cp 3
        jp z,0
        cp 13
        jr z,answer
        ld hl,(at)
        ld (hl),a
        inc hl
        ld (at),hl
        call out
        jr key
answer:
        ld hl,(at)
        ld (hl),0
        ld hl,line
        ld (at),hl
        ld a,13
        call out
        ld a,10
        call out
next:
        ld hl,(at)              ; think: mixed instructions, longer for some letters
        ld a,(hl)
        and 3
        add a,5
        ld b,a
think:
        ld de,0
.inner:
        ld ix,0
        add hl,de
        dec e
        jr nz,.inner
        ex (sp),hl
        ex (sp),hl
        dec d
        ld a,d
        cp 0F8h
        jr nz,.inner
        djnz think
        ld hl,(at)
        ld a,(hl)
        inc hl
        ld (at),hl
        or a
        jr z,ask
        call out
        jr next
out:
        ld e,a
        ld c,6
        jp BDOS
banner: db 'TALKER$'
prompt: db 13,10,'> $'
at:     dw 0
line:   ds 128
        ds 64
stack:
