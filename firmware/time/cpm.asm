; The metronome under CP/M.

BDOS        equ 0005h
C_RAWIO     equ 6
RAW_READ    equ 0FFh
ORIGIN      equ 0100h

            include "../shared/z80.inc"

host_start  macro
            needs_z80
            endm

host_key    macro
            ld e,RAW_READ
            ld c,C_RAWIO
            call BDOS
            or a
            endm

host_leave  macro
            jp z,0
            endm

host_out    macro
            ld e,a
            ld c,C_RAWIO
            jp BDOS
            endm

            include "clock.asm"
