; The system image of the virtual board: everything from E000h up. See board.inc for the memory map.

                include "board.inc"

                org SYSTEM
                include "bdos.asm"
                include "console.asm"
                include "drives.asm"
                include "directory.asm"
                include "files.asm"
                include "random.asm"
                include "ccp.asm"
                include "commands.asm"
                if BOOT = BOOT_ROMWBW_2 || BOOT = BOOT_ROMWBW_3
                include "loader.asm"
                elseif BOOT = BOOT_CARD
                include "boot-rom.asm"
                else
                include "boot.asm"
                endif

                ; The BIOS table must begin a page: programs take its address from the word at 0001h
                ; and replace the lower byte.
                ds (256 - ($ & 255)) & 255
                include "bios.asm"
ENTRY:          equ BIOS
