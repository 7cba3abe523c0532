; The console of the host. This file is all that knows CP/M's; another host needs these two routines.
;
; Keys and characters go through BDOS function 6, which neither echoes, expands, pauses nor looks for ^S, so
; that the program looks the same everywhere and sees every key.

C_WRITE     equ 2
C_RAWIO     equ 6
RAW_READ    equ 0FFh            ; function 6 with this in E reads; CP/M 3 gives FEh and FDh meanings, too

; Print A. All registers may change.
con_out:
            ld e,a
            ld c,C_RAWIO
            cp RAW_READ-2
            jp c,BDOS
            ld c,C_WRITE        ; the three that function 6 cannot print
            jp BDOS

; A = a key, or 0 and Z when none is waiting. All registers may change.
con_key:
            ld c,C_RAWIO
            ld e,RAW_READ
            call BDOS
            or a
            ret
