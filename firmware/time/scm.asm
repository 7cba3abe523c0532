; The metronome under the Small Computer Monitor.

SCM_READ    equ 1
SCM_WRITE   equ 2
SCM_STATUS  equ 3
ORIGIN      equ 8000h

host_start  macro
            ld (monitor_sp),sp
            endm

host_key    macro
            ld c,SCM_STATUS
            rst 30h
            jr z,.none
            ld c,SCM_READ
            rst 30h
            or a
.none:
            endm

host_leave  macro
            jr nz,.stay
            call new_line       ; the prompt comes as it is
            ld sp,(monitor_sp)
            ret
.stay:
            endm

host_out    macro
            ld c,SCM_WRITE
            rst 30h
            ret
            endm

            include "clock.asm"
monitor_sp: ds 2
