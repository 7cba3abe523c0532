; CP/M as a host of the talking program: all that knows of it. What a host offers:
;
;       con_out         print A                                         all registers may change
;       con_key         A = a key and NZ, or 0 and Z when none is       all registers may change
;                       waiting; no carry either way
;       host_start      before anything behind the program is touched, on the host's stack
;       host_leave      back to the host, from wherever our stack is
;       host_memory     A = the page behind the memory that is ours
;       host_help       a text: what keys do; it begins where the cursor is
;       HAS_TAIL        1 where a program is started with words behind its name, at TAIL
;       HOST_WAITS      1 where con_wait is to be called while nobody types (all registers may change)
;       ASKS_MEMORY     1 where only the host knows how much memory there is; otherwise the build does
;
; The last ones are macros and constants. Keys and characters go through BDOS function 6, which neither echoes, expands,
; pauses nor looks for ^S, so that the program looks the same everywhere and sees every key. On MP/M it lets other programs run
; while there is none, so there is nothing to do while nobody types.

BDOS        equ 0005h
TPA_END     equ 0006h           ; word: the first address that is not ours
TAIL        equ 0080h           ; command tail: length, then text
HAS_TAIL    equ 1
ASKS_MEMORY equ 1
HOST_WAITS  equ 0

            include "terminal.inc"
            include "../shared/z80.inc"

C_WRITE     equ 2
C_RAWIO     equ 6
RAW_READ    equ 0FFh            ; function 6 with this in E reads; CP/M 3 gives FEh and FDh meanings, too

; Check that it is a Z80, unless TALK has, and that memory suffices: our own stack is behind the program, too.
host_start  macro
            if !SHELL
            needs_z80
            endif
            ld hl,(TPA_END)
            ld de,10000h-ram_end
            add hl,de
            jr c,.enough
            call too_small
            jp 0
.enough:
            endm

; A warm boot, not a return to the CCP: it is right on every CP/M, wherever the CCP has gone meanwhile.
host_leave  macro
            jp 0
            endm

host_memory macro
            ld a,(TPA_END+1)
            endm

con_out:
            ld e,a
            ld c,C_RAWIO
            cp RAW_READ-2
            jp c,BDOS
            ld c,C_WRITE        ; the three that function 6 cannot print
            jp BDOS

con_key:
            ld c,C_RAWIO
            ld e,RAW_READ
            call BDOS
            or a
            ret
