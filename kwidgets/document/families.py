"""Families of layers: what the page tells apart by sign and colour. A family is finer than the engine's groups."""

from __future__ import annotations

from functools import cache

from ..messages import Family
from . import settings
from .draft import INPUT

# The engine's groups that are one family as a whole; every other group is "core".
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
    "recurrent": "rec",
    "wrappers": "rec",
}
# Classes that stand in a group of the engine's with others of another family.
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
