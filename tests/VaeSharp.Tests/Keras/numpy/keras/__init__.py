"""As much of Keras 3 as exported programs use, in NumPy: written from Keras's documentation of its layers and of its weight files, to hold
what VaeSharp writes to an independent reading. Layers are applied when called on arrays, and connected when called on other layers."""

import h5py
import numpy as np

from . import layers, ops, random
from .layers import Input, Symbol


class Model:
    def __init__(self, inputs, outputs, name):
        self.inputs = inputs if isinstance(inputs, list) else [inputs]
        self.outputs = outputs if isinstance(outputs, list) else [outputs]
        self.name = name

    def __call__(self, inputs):
        inputs = inputs if isinstance(inputs, list) else [inputs]
        if isinstance(inputs[0], Symbol):
            drawn = [Symbol(self, inputs, index) for index in range(len(self.outputs))]
        else:
            values = {id(symbol): np.asarray(value, dtype="float32") for symbol, value in zip(self.inputs, inputs)}
            drawn = [evaluate(output, values) for output in self.outputs]
        return drawn if len(drawn) > 1 else drawn[0]

    @property
    def layers(self):
        """In Keras's order: by falling distance from the outputs, then by the order in which a walk from the outputs meets them."""
        order, depths = [], {}

        def walk(symbol):
            if symbol.layer not in order:
                order.append(symbol.layer)
                for source in symbol.sources:
                    walk(source)

        def deepen(symbol, depth):
            if depth >= depths.get(symbol.layer, 0):
                depths[symbol.layer] = depth
                for source in symbol.sources:
                    deepen(source, depth + 1)

        for output in self.outputs:
            walk(output)
            deepen(output, 0)
        return sorted(order, key=lambda layer: (-depths[layer], order.index(layer)))

    def load_weights(self, path):
        with h5py.File(path, "r") as file:
            if str(path).endswith(".weights.h5"):
                load_by_class(self, file, set())
            else:
                load_by_layer(self, file)

    def summary(self):
        print(self.name, [layer.name for layer in self.layers])


def evaluate(symbol, values):
    if id(symbol) not in values:
        sources = [evaluate(source, values) for source in symbol.sources]
        result = symbol.layer(sources if len(sources) > 1 else sources[0])
        values[id(symbol)] = result[symbol.index] if isinstance(result, list) else result
    return values[id(symbol)]


def load_by_class(model, group, visited):
    """layers/<class>[_n]/vars/<i>, n counting the layers of a class that stand in front; what was visited before is not there again."""
    used = {}
    for layer in model.layers:
        name = "functional" if isinstance(layer, Model) else layer.kind
        number = used.get(name, -1) + 1
        used[name] = number
        if layer in visited:
            continue
        visited.add(layer)
        place = group[f"layers/{name}_{number}" if number else f"layers/{name}"]
        if isinstance(layer, Model):
            load_by_class(layer, place, visited)
        else:
            stored = place["vars"]
            if len(stored) != len(layer.shapes):
                raise ValueError(f"{layer.name}: {len(layer.shapes)} arrays expected, {len(stored)} found")
            layer.set([stored[str(i)][()] for i in range(len(layer.shapes))])


def load_by_layer(model, file):
    """The layers that have weights, in the model's order, each with the arrays that weight_names lists."""
    having = [layer for layer in model.layers if any(inner.shapes for inner in inner_layers(layer))]
    groups = [file[name] for name in names(file.attrs["layer_names"]) if len(file[name].attrs["weight_names"])]
    if len(having) != len(groups):
        raise ValueError(f"{len(having)} layers expected, {len(groups)} found")
    for layer, group in zip(having, groups):
        arrays = [group[name][()] for name in names(group.attrs["weight_names"])]
        for inner in inner_layers(layer):
            inner.set(arrays[: len(inner.shapes)])
            arrays = arrays[len(inner.shapes) :]
        if arrays:
            raise ValueError(f"{layer.name}: {len(arrays)} arrays too many")


def inner_layers(layer):
    return layer.layers if isinstance(layer, Model) else [layer]


def names(values):
    return [value.decode() if isinstance(value, bytes) else value for value in values]
