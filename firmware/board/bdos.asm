; BDOS: the entry and the table of functions. Console, drives, directory and files have files of their own.
;
; Numbers, registers and results are those of CP/M 2.2: function in C, parameter in DE (or E), result in A and
; L (16 bits: HL, with B = H). IX and IY are kept, as on an 8080.

                db 0,0,0,0,0,0          ; CP/M has its serial number here; programs expect the entry at xx06h
bdos_entry:
                ld (bdos_sp),sp
                ld sp,bdos_stack
                push ix
                ld hl,0
                ld (result),hl
                ld a,l
                ld (find_mode),a
                ld (zero_fill),a
                ld a,c
                cp FUNCTIONS
                jr nc,bdos_exit
                ld hl,bdos_exit
                push hl
                ld hl,functions
                ld b,0
                add hl,bc
                add hl,bc
                ld a,(hl)
                inc hl
                ld h,(hl)
                ld l,a
                jp (hl)                 ; with DE = parameter
bdos_exit:
                pop ix
                ld sp,(bdos_sp)
                ld hl,(result)
                ld a,l
                ld b,h
                ret

functions:
                dw WARM_JUMP            ;  0  system reset
                dw c_read               ;  1  console input
                dw c_write              ;  2  console output
                dw no_reader            ;  3  reader input
                dw nothing              ;  4  punch output
                dw nothing              ;  5  list output
                dw c_raw                ;  6  direct console
                dw get_io_byte          ;  7
                dw set_io_byte          ;  8
                dw c_print              ;  9  print to $
                dw c_line               ; 10  read a line
                dw c_status             ; 11
                dw version              ; 12
                dw reset_disks          ; 13
                dw select_disk          ; 14
                dw f_open               ; 15
                dw f_close              ; 16
                dw f_search             ; 17
                dw f_search_next        ; 18
                dw f_delete             ; 19
                dw f_read               ; 20  sequential
                dw f_write              ; 21
                dw f_make               ; 22
                dw f_rename             ; 23
                dw login_vector         ; 24
                dw current_disk         ; 25
                dw set_dma              ; 26
                dw alloc_address        ; 27
                dw write_protect        ; 28
                dw protect_vector       ; 29
                dw f_attributes         ; 30
                dw disk_parameters      ; 31
                dw user_code            ; 32
                dw f_read_random        ; 33
                dw f_write_random       ; 34
                dw f_size               ; 35
                dw f_set_random         ; 36
                dw reset_drives         ; 37
                dw nothing              ; 38
                dw nothing              ; 39
                dw f_write_zeroed       ; 40
FUNCTIONS:      equ ($ - functions) / 2

version:        ld a,22h
set_result:     ld l,a
                ld h,0
set_result_hl:  ld (result),hl
nothing:        ret

no_reader:      ld a,EOF_CHAR
                jr set_result
get_io_byte:    ld a,(IO_BYTE)
                jr set_result
set_io_byte:    ld a,e
                ld (IO_BYTE),a
                ret
