"""Families of layers: what the page tells apart by sign and colour. A family is finer than the engine's groups."""

from __future__ import annotations

from functools import cache

from ..messages import Family
from . import settings
from .draft import INPUT

# Groups of the engine that are one family each; every other group is "core".
FAMILIES: dict[str, Family] = {
    "activations": "core",
    "convolutional": "conv",
    "core": "core",
    "embeddings": "core",
    "local": "conv",
    "merge": "merge",
    "models": "core",
    "noise": "reg",
    "normalization": "norm",
    "pooling": "pool",
    "preparation": "shape",
    "recurrent": "rec",
    "wrappers": "rec",
}
# Classes whose family is another than that of their group in the engine.
_BY_CLASS: dict[str, Family] = {
    INPUT: "io",
    "Merge": "merge",
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), "reg"),
    "ActivityRegularization": "reg",
    **dict.fromkeys(("Flatten", "Reshape", "Permute", "RepeatVector"), "shape"),
}
_RESHAPING = ("Cropping", "ZeroPadding", "UpSampling")


@cache
def family(class_name: str) -> Family:
    """Family of a layer class by its present name. Raises UnknownName for a class that the engine does not know.

    >>> family("Conv2D"), family("Dropout"), family("UpSampling2D")
    ('conv', 'reg', 'shape')
    """
    if class_name in _BY_CLASS:
        return _BY_CLASS[class_name]
    if class_name.startswith(_RESHAPING):
        return "shape"
    if class_name.endswith(("Cell", "Cells")):
        return "rec"
    return FAMILIES.get(getattr(settings.layer_class(class_name), "group", ""), "core")
