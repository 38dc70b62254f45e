import numpy as np


def normal(shape):
    return np.random.default_rng().standard_normal(shape, dtype="float32")
