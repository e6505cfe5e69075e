"""Nets of later Keras: what later_nets.json says of their weights, and numbers with given weights in later_nets.npz.

    python tests/golden/later_nets.py

writes them, where Keras 3 and tf_keras are installed. ConvNeXt and MobileNetV3 are those of Keras 3; RegNet and ResNet-RS those of
tf_keras, since Keras 3 has none.
"""

import gc
import hashlib
import importlib
import json
import re
from pathlib import Path

import numpy as np

SIZES = ("Tiny", "Small", "Base", "Large", "XLarge")
WIDTHS = (2, 4, 6, 8, 16, 32, 40, 64, 80, 120, 160, 320)
NETS = {
    "keras": [*(f"ConvNeXt{size}" for size in SIZES), "MobileNetV3Small", "MobileNetV3Large"],
    "tf_keras": [
        *(f"RegNet{letter}{width:03d}" for letter in "XY" for width in WIDTHS),
        *(f"ResNetRS{depth}" for depth in (50, 101, 152, 200, 270, 350, 420)),
    ],
}
WITHOUT_TOP = ("ConvNeXtTiny", "MobileNetV3Small", "RegNetY002", "ResNetRS50")
# Nets that compute: how many rows and columns, and their settings.
NUMBERS = {
    "ConvNeXtTiny": ((33, 47, 3), {}),
    "MobileNetV3Small": ((48, 64, 3), {}),
    "MobileNetV3Large": ((33, 47, 3), {"alpha": 0.75}),
    "MobileNetV3Small minimalistic": ((64, 64, 3), {"minimalistic": True, "include_preprocessing": False}),
    "RegNetX002": ((33, 47, 3), {}),
    "RegNetY004": ((48, 64, 3), {"include_preprocessing": False}),
    "ResNetRS50": ((40, 44, 3), {}),
}
HERE = Path(__file__)


def weighted(model):
    """The layers with weights in their order, those of models inside too: names and shapes."""
    rows = []
    for layer in model.layers:
        if hasattr(layer, "layers"):
            rows += weighted(layer)
        elif layer.weights:
            # Numbers that tf_keras counts over all nets of a process: of RegNet's end and of ResNet-RS's beginning.
            name = re.sub(r"^stem_\d+_", "stem_", re.sub(r"^.*head_dense$", "head_dense", layer.name))
            rows.append([name, [list(weight.shape) for weight in layer.weights]])
    return [[name if "layer_normalization" not in name else "", shapes] for name, shapes in rows]


def structure(model):
    """Number of parameters, shape of the result, number of layers with weights and a digest of their names and shapes."""
    rows = weighted(model)
    shape = [int(size) for size in model.output_shape[1:]]
    return [int(model.count_params()), shape, len(rows), hashlib.sha256(json.dumps(rows).encode()).hexdigest()]


def numbers(model, shape):
    """Features of pictures by weights that follow from their shapes alone."""
    random = np.random.default_rng(7)
    before = model.get_weights()
    values = []
    for weight in before:
        if weight.ndim > 1:
            values.append(random.normal(size=weight.shape) * np.sqrt(2 / np.prod(weight.shape[:-1])))
        else:
            values.append(random.uniform(0.5, 1.5, weight.shape))
    model.set_weights([value.astype(weight.dtype) for value, weight in zip(values, before, strict=True)])
    return model.predict(pictures(shape), verbose=0)


def pictures(shape):
    """Two of them."""
    return np.random.default_rng(3).uniform(0, 255, (2, *shape)).astype("float32")


def main():
    """Compute and write."""
    known, found = {}, {}
    for package, names in NETS.items():
        keras = importlib.import_module(package)
        for name in names:
            make = getattr(keras.applications, name)
            known[name] = structure(make(weights=None))
            if name in WITHOUT_TOP:
                settings = {"include_top": False, "pooling": "max", "input_shape": (64, 64, 3)}
                known[f"{name} without top"] = structure(make(weights=None, **settings))
            keras.backend.clear_session()
            gc.collect()
            print(name, known[name][:3], flush=True)
        for case, (shape, settings) in NUMBERS.items():
            name = case.split()[0]
            if name in names:
                make = getattr(keras.applications, name)
                model = make(weights=None, include_top=False, input_shape=shape, pooling="avg", **settings)
                found[case] = numbers(model, shape)
    rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(row)}" for name, row in known.items())
    HERE.with_suffix(".json").write_text(f"{{\n{rows}\n}}\n")
    np.savez_compressed(HERE.with_suffix(".npz"), **found)


if __name__ == "__main__":
    main()
