; The monitor's UART, polled. Nothing but A and the flags is changed.

                if UART_SIO
RX_READY:       equ 01h                 ; RR0
TX_READY:       equ 04h
                else
RX_READY:       equ 01h
TX_READY:       equ 02h
                endif

put_char:       push af
put_wait:       in a,(UART_CONTROL)
                and TX_READY
                jr z,put_wait
                pop af
                out (UART_DATA),a
                ret

get_char:       in a,(UART_CONTROL)
                and RX_READY
                jr z,get_char
                in a,(UART_DATA)
                ret

poll_char:      in a,(UART_CONTROL)
                and RX_READY
                ret

                if UART_SIO
uart_init:      ld hl,uart_setup
                ld b,uart_setup_end - uart_setup
                ld c,UART_CONTROL
                otir
                ret
uart_setup:     db 18h                  ; channel reset
                db 4,0C4h               ; WR4: clock / 64, one stop bit, no parity
                db 3,0E1h               ; WR3: 8 bits, auto enables, receiver on
                db 5,0EAh               ; WR5: DTR, 8 bits, transmitter on, RTS asserted
                db 1,00h                ; WR1: no interrupts
uart_setup_end:
                else
uart_init:      ld a,03h                ; reset
                out (UART_CONTROL),a
                ld a,16h                ; clock / 64, 8N1, RTS asserted, no interrupts
                out (UART_CONTROL),a
                ret
                endif
