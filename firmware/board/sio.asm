; The Z80 SIO/2, channel A: clock divided by 64, 8 bits, no parity, one stop bit, CTS gating the transmitter
; (auto enables). Its interrupt comes in mode 2; the vector tells the cause in bits 3 to 1.

SIO_RTS_LOW:    equ 0EAh                ; WR5: DTR, 8 bits, transmitter on, RTS asserted
SIO_RTS_HIGH:   equ 0E8h
SIO_TX_EMPTY:   equ 04h                 ; RR0

uart_init:
                ld hl,uart_interrupt    ; the only causes that are switched on
                ld (int_vectors + 12),hl
                ld hl,sio_overrun
                ld (int_vectors + 14),hl
                ld a,int_vectors >> 8
                ld i,a
                im 2
                ld hl,sio_setup_b
                ld b,sio_setup_b_end - sio_setup_b
                ld c,UART_B_CONTROL
                otir
                ld hl,sio_setup_a
                ld b,sio_setup_a_end - sio_setup_a
                ld c,UART_CONTROL
                otir
                ret

sio_setup_b:    db 18h                  ; channel reset
                db 2,int_vectors & 255  ; WR2: vector
                db 1,04h                ; WR1: status affects vector, no interrupts from B
sio_setup_b_end:
sio_setup_a:    db 18h
                db 4,0C4h               ; WR4: clock / 64, one stop bit, no parity
                db 3,0E1h               ; WR3: 8 bits, auto enables, receiver on
                db 5,SIO_RTS_LOW
                db 1,18h                ; WR1: interrupt on every received character
sio_setup_a_end:

rts_low:
                ld a,5
                di                      ; the interrupt uses the register pointer too
                out (UART_CONTROL),a
                ld a,SIO_RTS_LOW
                out (UART_CONTROL),a
                ei
                ret

conout:
                in a,(UART_CONTROL)     ; the register pointer rests at RR0
                and SIO_TX_EMPTY
                jr z,conout
                ld a,c
                out (UART_DATA),a
                ret

; A character has come, and there was an overrun before it: that must not block the channel.
sio_overrun:
                push af
                ld a,30h                ; error reset
                out (UART_CONTROL),a
                pop af
uart_interrupt:
                push af
                push hl
                ring_put
                pop af
                ei
                reti

int_stop:       ld a,5
                out (UART_CONTROL),a
                ld a,SIO_RTS_HIGH
                out (UART_CONTROL),a
                jr int_store

int_full:       in a,(UART_DATA)        ; no room: the character is lost
                pop hl
                pop af
                ei
                reti
