/**
 * Stands in for the native part of @tensorflow/tfjs-node (tfjs_binding.node, a thin layer over TensorFlow's C API): the
 * operations that a training needs, in plain loops. The package's own JavaScript runs on top of it.
 */
'use strict';

const TYPES = {
  TF_FLOAT: 1,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_RESOURCE: 20,
};
const ARRAYS = { 1: Float32Array, 3: Int32Array, 10: Uint8Array };

/** By id: { shape, dtype, data }. */
const tensors = new Map();
let lastId = 0;
const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

function keep(shape, dtype, data) {
  tensors.set(++lastId, { shape, dtype, data });
  return { id: lastId, shape, dtype };
}

function make(shape, dtype, value) {
  const data = new ARRAYS[dtype](sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = value(i);
  return keep(shape, dtype, data);
}

/** The index in `of` that belongs to index `i` of a result of shape `shape`. */
function broadcast(shape, of) {
  if (of.data.length === 1) return () => 0;
  if (of.data.length === sizeOf(shape)) return (i) => i;
  const [, columns] = shape;
  const [r, c] = of.shape.length === 1 ? [1, of.shape[0]] : of.shape;
  return (i) => (r === 1 ? 0 : Math.floor(i / columns)) * c + (c === 1 ? 0 : i % columns);
}

const binary = (compute, dtype) => (_, a, b) => {
  const shape = a.data.length >= b.data.length ? a.shape : b.shape;
  const [at, bt] = [broadcast(shape, a), broadcast(shape, b)];
  return make(shape, dtype ?? a.dtype, (i) => compute(a.data[at(i)], b.data[bt(i)]));
};
const unary = (compute, dtype) => (_, x) => make(x.shape, dtype ?? x.dtype, (i) => compute(x.data[i]));

/** Over all axes, or over the last of two. */
const reduce = (combine, start) => (attributes, x, axes) => {
  const whole = axes.data.length === x.shape.length;
  if (!whole && axes.data[0] !== x.shape.length - 1) throw new Error(`axis ${axes.data} of ${x.shape}`);
  const length = whole ? x.data.length : x.shape.at(-1);
  const shape = whole ? [] : x.shape.slice(0, -1);
  if (attributes.keep_dims) throw new Error('keep_dims');
  return make(shape, x.dtype, (i) => {
    let sum = start;
    for (let k = 0; k < length; k++) sum = combine(sum, x.data[i * length + k]);
    return sum;
  });
};

const select = (_, condition, a, b) => make(a.shape, a.dtype, (i) => (condition.data[i] ? a : b).data[i]);

const OPERATIONS = {
  BatchMatMulV2({ adj_x, adj_y }, a, b) {
    if (adj_x || adj_y) throw new Error('transposed');
    const [rows, inner] = a.shape.slice(-2);
    const columns = b.shape.at(-1);
    return make([...a.shape.slice(0, -2), rows, columns], a.dtype, (i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a.data[row * inner + k] * b.data[k * columns + column];
      return sum;
    });
  },
  Transpose(_, x) {
    const [rows, columns] = x.shape;
    return make([columns, rows], x.dtype, (i) => x.data[(i % rows) * columns + Math.floor(i / rows)]);
  },
  Add: binary((a, b) => a + b),
  AddV2: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  RealDiv: binary((a, b) => a / b),
  Greater: binary((a, b) => (a > b ? 1 : 0), TYPES.TF_BOOL),
  GreaterEqual: binary((a, b) => (a >= b ? 1 : 0), TYPES.TF_BOOL),
  Floor: unary(Math.floor),
  Relu: unary((x) => Math.max(0, x)),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  IsNan: unary((x) => (Number.isNaN(x) ? 1 : 0), TYPES.TF_BOOL),
  Sum: reduce((sum, x) => sum + x, 0),
  Max: reduce(Math.max, -Infinity),
  Min: reduce(Math.min, Infinity),
  Select: select,
  SelectV2: select,
  Fill: (_, shape, value) => make([...shape.data], value.dtype, () => value.data[0]),
  Cast: ({ DstT }, x) => make(x.shape, DstT, (i) => x.data[i]),
  Reshape: (_, x, shape) => keep([...shape.data], x.dtype, x.data),
};

module.exports = {
  ...TYPES,
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
  TF_Version: '2.9.1',
  isUsingGpuDevice: () => false,
  getNumOfTensors: () => tensors.size,
  getNumOfSavedModels: () => 0,
  createTensor: (shape, dtype, values) => keep(shape, dtype, ARRAYS[dtype].from(values)).id,
  deleteTensor: (id) => void tensors.delete(id),
  tensorDataSync: (id) => tensors.get(id).data.slice(),
  executeOp(name, attributes, ids) {
    const operation = OPERATIONS[name];
    if (operation === undefined) throw new Error(`the stand-in has no operation ${name}`);
    const values = Object.fromEntries(attributes.map((one) => [one.name, one.value]));
    return [operation(values, ...ids.map((id) => tensors.get(id)))];
  },
};
