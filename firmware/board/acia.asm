; The 68B50 ACIA: clock divided by 64, 8 bits, no parity, one stop bit. Its interrupt comes by RST 38h (IM 1).

ACIA_RESET:     equ 03h
ACIA_RTS_LOW:   equ 96h                 ; receive interrupt, RTS low: send to me
ACIA_RTS_HIGH:  equ 0D6h                ; receive interrupt, RTS high: stop
ACIA_TDRE:      equ 02h                 ; status: transmit register empty (and CTS low)

uart_init:
                ld a,ACIA_RESET
                out (UART_CONTROL),a
                im 1
rts_low:
                ld a,ACIA_RTS_LOW
                out (UART_CONTROL),a
                ret

conout:
                in a,(UART_CONTROL)
                and ACIA_TDRE
                jr z,conout
                ld a,c
                out (UART_DATA),a
                ret

uart_interrupt:
                push af
                in a,(UART_CONTROL)
                rrca                    ; receive register full?
                jr nc,int_end
                push hl
                ring_put
int_end:        pop af
                ei
                ret

int_stop:       ld a,ACIA_RTS_HIGH
                out (UART_CONTROL),a
                jr int_store

int_full:       in a,(UART_DATA)        ; no room: the character is lost
                pop hl
                jr int_end
