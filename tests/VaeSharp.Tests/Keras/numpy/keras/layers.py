import numpy as np

FUNCTIONS = {
    None: lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


class Symbol:
    """An output of a layer whose input is not known yet. Shapes are without the batch."""

    def __init__(self, layer, sources, index=0, shape=None):
        self.layer, self.sources, self.index = layer, sources, index
        self.shape = shape or (layer.outputs[index].shape if hasattr(layer, "outputs") else layer.shape_of([source.shape for source in sources]))


class Layer:
    kind = "layer"
    shapes = ()

    def __init__(self, name=None, **options):
        self.name = name
        self.weights = []
        if type(self).__module__ != __name__:
            self.kind = type(self).__name__.lower()

    def __call__(self, inputs):
        many = inputs if isinstance(inputs, list) else [inputs]
        if isinstance(many[0], Symbol):
            self.build([source.shape for source in many])
            return Symbol(self, many)
        return self.call(inputs)

    def build(self, shapes):
        pass

    def shape_of(self, shapes):
        return shapes[0]

    def set(self, arrays):
        for wanted, array in zip(self.shapes, arrays):
            if array.shape != wanted or array.dtype != np.float32:
                raise ValueError(f"{self.name}: {wanted} expected, {array.dtype} {array.shape} found")
        self.weights = arrays


class InputLayer(Layer):
    kind = "input_layer"


def Input(shape, name):
    return Symbol(InputLayer(name=name), [], shape=tuple(shape))


class Dense(Layer):
    kind = "dense"

    def __init__(self, units, activation=None, name=None):
        super().__init__(name)
        self.units, self.function = units, FUNCTIONS[activation]

    def build(self, shapes):
        self.shapes = ((shapes[0][-1], self.units), (self.units,))

    def shape_of(self, shapes):
        return shapes[0][:-1] + (self.units,)

    def call(self, x):
        return self.function(x @ self.weights[0] + self.weights[1])


class Conv2D(Layer):
    kind = "conv2d"

    def __init__(self, filters, kernel, strides=1, padding="valid", activation=None, name=None):
        super().__init__(name)
        assert padding == "same"
        self.filters, self.kernel, self.strides, self.function = filters, kernel, strides, FUNCTIONS[activation]

    def build(self, shapes):
        self.shapes = ((self.kernel, self.kernel, shapes[0][-1], self.filters), (self.filters,))

    def shape_of(self, shapes):
        return (-(-shapes[0][0] // self.strides), -(-shapes[0][1] // self.strides), self.filters)

    def before(self, size):
        return max((-(-size // self.strides) - 1) * self.strides + self.kernel - size, 0) // 2

    def call(self, x):
        height, width, _ = self.shape_of([x.shape[1:]])
        top, left = self.before(x.shape[1]), self.before(x.shape[2])
        room = self.kernel + self.strides
        padded = np.pad(x, ((0, 0), (top, room), (left, room), (0, 0)))
        y = np.zeros((len(x), height, width, self.filters), dtype="float32") + self.weights[1]
        for u in range(self.kernel):
            for v in range(self.kernel):
                seen = padded[:, u : u + height * self.strides : self.strides, v : v + width * self.strides : self.strides]
                y = y + seen[:, :height, :width] @ self.weights[0][u, v]
        return self.function(y)


class Conv2DTranspose(Conv2D):
    """The gradient of Conv2D by its input: each input is spread over where the convolution of the output would have read."""

    kind = "conv2d_transpose"

    def build(self, shapes):
        self.shapes = ((self.kernel, self.kernel, self.filters, shapes[0][-1]), (self.filters,))

    def shape_of(self, shapes):
        return (shapes[0][0] * self.strides, shapes[0][1] * self.strides, self.filters)

    def call(self, x):
        height, width, _ = self.shape_of([x.shape[1:]])
        top, left = self.before(height), self.before(width)
        y = np.zeros((len(x), height + self.kernel + self.strides, width + self.kernel + self.strides, self.filters), dtype="float32")
        for u in range(self.kernel):
            for v in range(self.kernel):
                rows = slice(u, u + x.shape[1] * self.strides, self.strides)
                columns = slice(v, v + x.shape[2] * self.strides, self.strides)
                y[:, rows, columns] += x @ self.weights[0][u, v].T
        return self.function(y[:, top : top + height, left : left + width] + self.weights[1])


class Cropping2D(Layer):
    kind = "cropping2d"

    def __init__(self, cropping, name=None):
        super().__init__(name)
        (self.top, self.bottom), (self.left, self.right) = cropping

    def shape_of(self, shapes):
        return (shapes[0][0] - self.top - self.bottom, shapes[0][1] - self.left - self.right, shapes[0][2])

    def call(self, x):
        return x[:, self.top : x.shape[1] - self.bottom, self.left : x.shape[2] - self.right]


class Flatten(Layer):
    kind = "flatten"

    def shape_of(self, shapes):
        return (int(np.prod(shapes[0])),)

    def call(self, x):
        return x.reshape(len(x), -1)


class Reshape(Layer):
    kind = "reshape"

    def __init__(self, shape, name=None):
        super().__init__(name)
        self.shape = tuple(shape)

    def shape_of(self, shapes):
        return self.shape

    def call(self, x):
        return x.reshape((len(x),) + self.shape)


class Concatenate(Layer):
    kind = "concatenate"

    def shape_of(self, shapes):
        return shapes[0][:-1] + (sum(shape[-1] for shape in shapes),)

    def call(self, inputs):
        return np.concatenate(inputs, axis=-1)


class Add(Layer):
    kind = "add"

    def call(self, inputs):
        return inputs[0] + inputs[1]


class Multiply(Layer):
    kind = "multiply"

    def call(self, inputs):
        return inputs[0] * inputs[1]


class Activation(Layer):
    kind = "activation"

    def __init__(self, activation, name=None):
        super().__init__(name)
        self.call = FUNCTIONS[activation]


class Rescaling(Layer):
    kind = "rescaling"

    def __init__(self, scale, offset=0.0, name=None):
        super().__init__(name)
        self.call = lambda x: x * np.float32(scale) + np.float32(offset)
