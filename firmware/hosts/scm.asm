; The Small Computer Monitor as a host of the talking program (cpm.asm says what a host is). Its API is RST 30h with the
; function in C; 8000h to FBFFh is ours, and RET leads back to its prompt.
;
; The monitor polls its UART, which holds one character or three: who types faster than the echo loses some.

HAS_TAIL    equ 0
ASKS_MEMORY equ 0
HOST_WAITS  equ 0

            include "terminal.inc"

SCM_READ    equ 1               ; A = the key that waits, not echoed
SCM_WRITE   equ 2               ; A to the console
SCM_STATUS  equ 3               ; Z: no key waits
SCM_LINE    equ 7               ; a new line

host_start  macro
            ld (monitor_sp),sp
            endm

; The prompt comes as it is: without a line of its own nobody could tell it.
host_leave  macro
            ld c,SCM_LINE
            rst 30h
            ld sp,(monitor_sp)
            ret
            endm

host_memory macro
            ld a,high MEMORY_END
            endm

con_out:
            ld c,SCM_WRITE
            rst 30h
            ret

con_key:
            ld c,SCM_STATUS
            rst 30h
            jr nz,.key
            xor a                   ; and no carry
            ret
.key:
            ld c,SCM_READ
            rst 30h
            or a
            ret

monitor_sp: dw 0
