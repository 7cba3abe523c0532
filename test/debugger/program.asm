; Prints a line, counts to five, asks for a line, and ends. DEBUG: what the tests of the debugger debug.
BDOS    EQU 5
        ORG 100h
start:  LD DE,hello
        LD C,9
        CALL BDOS
        LD B,5
again:  CALL count
        DJNZ again
ask:    LD DE,buffer
        LD C,10
        CALL BDOS
        LD A,(typed)
        LD (counter),A
        RET
count:  LD HL,counter
        INC (HL)
        RET
hello:  DB 'Hello, debugger',13,10,'$'
counter: DB 0
buffer: DB 20
typed:  DB 0
        DS 20
