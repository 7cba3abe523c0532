; Power-on to A> without a question.

boot:
                call uart_init
                ei
                ld hl,sign_on
                call print_hl
                jp start_cpm

sign_on:        db CR,LF,"z80lm virtual board: Z80, 64 KB RAM, "
                if UART_SIO
                db "SIO/2 at 80h"
                else
                db "68B50 at 80h"
                endif
                if BOOT != BOOT_BARE
                db CR,LF,"   A:=MD0:0  RAM disk, 256 KB",CR,LF,"   B:=MD1:0  ROM disk"
                endif
                db CR,LF
                db CR,LF,"CP/M 2.2 workalike, 55.7K TPA",CR,LF,0
