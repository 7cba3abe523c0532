/** The `serialport` library, as a module of ours: a CommonJS package that is itself loaded late keeps its names from us. */
export { SerialPort } from 'serialport';
