; BIOS: the interrupt-driven UART driver, the disk, cold and warm boot.
;
; Received characters go from the UART into a ring of 32 in the interrupt, and from there to CONIN. At 16 the
; driver raises RTS, so that the sender stops; when CONIN has brought the ring down to 8 it drops RTS again.
; A sender that doesn't heed RTS fills the ring: from then on characters are lost.

BIOS:
                jp cold_boot            ;  0
                jp warm_boot            ;  3
                jp const                ;  6
                jp conin                ;  9
                jp conout               ; 12
                jp list                 ; 15
                jp list                 ; 18  punch
                jp reader               ; 21
                jp home                 ; 24
                jp seldsk               ; 27
                jp settrk               ; 30
                jp setsec               ; 33
                jp setdma               ; 36
                jp disk_read            ; 39
                jp disk_write           ; 42
                jp list_status          ; 45
                jp sectran              ; 48

RING_SIZE:      equ 32
RING_STOP:      equ 16                  ; raise RTS when so many wait
RING_GO:        equ 8                   ; drop it when so many are left

; ---------------------------------------------------------------------------------------------------------
; Boot

cold_boot:
                di
                ld sp,bdos_stack
                xor a
                ld (IO_BYTE),a
                ld (DRIVE_BYTE),a
                ld (rx_count),a
                ld (current_drive),a
                ld hl,rx_ring
                ld (rx_in),hl
                ld (rx_out),hl
                call page_zero
                jp boot

; What boots the board has opened the line (uart_init), said its words, set DRIVE_BYTE, and comes here.
start_cpm:
warm_boot:
                ld sp,bdos_stack
                call page_zero
                ei
                ld a,(DRIVE_BYTE)
                ld c,a
                jp ccp

; The jumps in page zero, which a program may have overwritten.
page_zero:
                ld a,0C3h               ; JP
                ld (WARM_JUMP),a
                ld hl,BIOS + 3
                ld (WARM_JUMP + 1),hl
                ld (BDOS_JUMP),a
                ld hl,bdos_entry
                ld (BDOS_JUMP + 1),hl
                if UART_SIO = 0
                ld (INT_JUMP),a
                ld hl,uart_interrupt
                ld (INT_JUMP + 1),hl
                endif
                xor a
                ld (key_kept),a
                ld (column),a
                jp reset_disks

; Print the text at HL, which ends in 0, through the BIOS.
print_hl:
                ld a,(hl)
                or a
                ret z
                ld c,a
                call conout
                inc hl
                jr print_hl

; Wait for B tenths of a second.
pause:          ld hl,CPU_KHZ * 100 / 102
pause_round:    ex (sp),hl              ; 102 T-states a round
                ex (sp),hl
                ex (sp),hl
                ex (sp),hl
                dec hl
                ld a,h
                or l
                jr nz,pause_round
                djnz pause
                ret

; ---------------------------------------------------------------------------------------------------------
; Console. CONST and CONIN are on the path of every received byte: a file comes in at 640 T-states a byte,
; of which the interrupt takes about 220.

const:
                ld a,(rx_count)
                or a
                ret z
                ld a,0FFh
                ret

conin:
                ld a,(rx_count)
                or a
                jr z,conin_wait
                push hl
                ld hl,(rx_out)
                ld a,(hl)
                inc l
                res 5,l                 ; the ring is 32 bytes at the start of a page
                ld (rx_out),hl
                ld hl,rx_count
                dec (hl)                ; one instruction, so the interrupt cannot come between
                ld l,(hl)
                ld h,a
                ld a,l
                cp RING_GO
                call z,rts_low
                ld a,h
                pop hl
                ret
conin_wait:
                di                      ; EI takes effect after HALT has begun, so that a character
                ld a,(rx_count)         ; which arrives in between still ends the HALT
                or a
                jr nz,conin_arrived
                ei
                halt
                jr conin
conin_arrived:
                ei
                jr conin

list:                                   ; no printer: output vanishes, and it is always ready
                ret
list_status:
                ld a,0FFh
                ret
reader:
                ld a,EOF_CHAR
                ret

; The interrupt of either UART puts the character that it has into the ring. HL is on the stack and comes back from
; there. At `int_stop` the driver raises RTS and goes on to int_store; at `int_full` there is no room.
ring_put        macro
                ld a,(rx_count)
                cp RING_SIZE
                jr z,int_full
                inc a
                ld (rx_count),a
                cp RING_STOP
                jr z,int_stop
int_store:      in a,(UART_DATA)
                ld hl,(rx_in)
                ld (hl),a
                inc l
                res 5,l                 ; as in CONIN
                ld (rx_in),hl
                pop hl
                endm

                if UART_SIO
                include "sio.asm"
                else
                include "acia.asm"
                endif

; ---------------------------------------------------------------------------------------------------------
; Disk. The BDOS uses record numbers; tracks of 64 sectors exist for programs that call the BIOS.

SECTORS:        equ 64

home:           ld bc,0
settrk:         ld (track),bc
                ret
setsec:         ld (sector),bc
                ret
setdma:         ld (bios_dma),bc
                ret
sectran:        ld h,b
                ld l,c
                ret
seldsk:                                 ; C = drive -> HL = disk parameter header, or 0
                ld hl,0
                ld a,c
                cp DRIVES
                ret nc
                ld (disk_drive),a
                jp header

disk_read:
                call track_record
                jp read_record
disk_write:
                ld a,NOT_CACHED         ; the program may be writing to the directory
                ld (dir_cached),a
                call track_record
                jp write_record
track_record:                           ; HL = track * 64 + sector, DE = buffer
                ld hl,(track)
                add hl,hl
                add hl,hl
                add hl,hl
                add hl,hl
                add hl,hl
                add hl,hl
                ld de,(sector)
                add hl,de
                ld de,(bios_dma)
                ret

; Read record HL of (disk_drive) to DE. A = 0 and Z, or 1 and NZ on error.
read_record:
                ld a,DISK_READ
                call disk_command
                and DISK_ERROR
                ret nz
                ex de,hl
                ld bc,128 * 256 + DISK_DATA
                inir
                xor a
                ret

; Write record HL of (disk_drive) from DE. A = 0 and Z, or 1 and NZ on error.
write_record:
                ld a,DISK_WRITE
                call disk_command
                and DISK_ERROR
                ret nz
                ex de,hl
                ld bc,128 * 256 + DISK_DATA
                otir
write_wait:     in a,(DISK_COMMAND)
                rlca                    ; busy?
                jr c,write_wait
                rrca
                and DISK_ERROR
                ret

disk_command:                           ; A = command, HL = record -> A = status
                ld b,a
                ld a,(disk_drive)
                out (DISK_DRIVE),a
                ld a,l
                out (DISK_RECORD_LO),a
                ld a,h
                out (DISK_RECORD_HI),a
                ld a,b
                out (DISK_COMMAND),a
                in a,(DISK_COMMAND)
                ret

; Disk parameter headers and blocks, as the CP/M 2.2 system guide has them. Blocks of 1 KB on both drives, so
; that an extent is one directory entry with 16 block numbers of a byte.
DPH_PARAMETERS: equ 10
DPH_ALLOCATION: equ 14
DPB_LAST_BLOCK: equ 5

headers:
                rept DRIVES,n
                dw 0,0,0,0,dir_buffer,dpb_##n,0,alloc_##n
                endm

                rept DRIVES,n
dpb_##n:        dw SECTORS
                db 3,7,0                ; block shift and mask (1 KB), extent mask
                dw DRIVE##n##_BLOCKS - 1,DRIVE##n##_ENTRIES - 1
                db (0FF00h >> ((DRIVE##n##_ENTRIES + 31) / 32)) & 255,0   ; the blocks that hold the directory
                dw 0,0
                endm

; ---------------------------------------------------------------------------------------------------------
; Variables. The image ends here; what follows is not part of it.

image_end:

                ds (256 - ($ & 255)) & 255
rx_ring:        ds RING_SIZE            ; at the start of a page: CONIN and the interrupt count on it
rx_in:          ds 2                    ; where the next character goes
rx_out:         ds 2                    ; where the next one is taken
rx_count:       ds 1
track:          ds 2
sector:         ds 2
bios_dma:       ds 2
dma:            ds 2                    ; the BDOS' own
disk_drive:     ds 1                    ; the drive in use
disk_logged:    ds 1                    ; a bit for each drive whose allocation vector is made
disk_protected: ds 1                    ; a bit for each drive set read-only by function 28
                ds 128 - ($ & 127)
dir_buffer:     ds 128                  ; a record of the directory, half a page
dir_cached:     ds 1                    ; which one: record, and the drive in bits 7 and 6
dir_index:      ds 1                    ; the entry in hand
                rept DRIVES,n           ; a bit for each block, the first in bit 7
alloc_##n:      ds 32
                endm
alloc:          ds 2                    ; the drive in use: its vector,
last_block:     ds 1                    ; last block,
last_entry:     ds 1                    ; and last directory entry
user:           ds 1
current_drive:  ds 1
find_mode:      ds 1
search_fcb:     ds 2
search_index:   ds 1
zero_fill:      ds 1
bdos_sp:        ds 2
result:         ds 2
key_kept:       ds 1                    ; a key that console output found waiting
column:         ds 1
start_column:   ds 1
ccp_line:       ds 130
ccp_fcb:        ds 36
ccp_next:       ds 2
ccp_tail:       ds 2
                ds 64
bdos_stack:
                ds 64
ccp_stack:
                if UART_SIO
                ds (16 - ($ & 15)) & 15
int_vectors:    ds 16
                endif
system_end:
