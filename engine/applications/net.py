"""One builder for the nets: a net is a function that records its layers on the images, under `@Net(...)`.

What all have alike stands here once: Keras's arguments, the checks of weights and shapes, how a net ends, and ready
weights. MobileNet and NASNet have arguments of their own and use the same parts.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Literal

from .._graph.tensor import Tensor
from ..models import Model
from . import imagenet_utils as shared

# The docstrings' lines for the arguments that several nets have.
_MEANINGS = {
    "include_top": "whether the net ends with its dense layer, which is so by default; else with its features.",
    "weights": """"imagenet" (the default; from Keras's cache, fetched at the first call), None for random ones, or the
        path of a file.""",
    "input_tensor": "a layer's output to begin with; None (the default) makes an input.",
    "input_shape": """rows, columns and 3 channels without the batch; None (the default): {size} each, or any size from
        {least} without the dense layer.""",
    "pooling": """"avg" or "max" over the image where there is no dense layer; None (the default): no pooling.""",
    "classifier_activation": """what the dense layer ends with, "softmax" by default; None gives logits.""",
    "include_preprocessing": "whether the net scales its images itself, which it does by default.",
    "alpha": "the share of the channels, 1 by default. ImageNet's weights are for 0.75 and 1.",
    "minimalistic": "whether there are no gates, no hard_swish and no windows of 5 x 5, False by default.",
    "dropout_rate": "share of dropout before the last convolution, 0.2 by default.",
    "model_name": "the name of the model; None, the default, for that of the net.",
    "name": "the name of the model; None, the default, for that of the net.",
    "classes": "how many classes the dense layer has, 1000 by default; others go with weights of your own.",
}
_RESULT = """Returns:
    The model, not compiled.

Raises:
    SettingError: arguments that do not go together, or a size that the net does not take."""


_SCALED_WITHIN = (
    "Images have values from 0 to 255, which the net scales itself. ImageNet's weights are those of tf.keras."
)


def documented(docstring: str | None, names: Iterable[str], size: int, least: int) -> str:
    """A net's docstring with its arguments, in their order, before its example.

    Args:
        docstring: text, and an example.
        names: the arguments.
        size: rows and columns of the images that it takes with its dense layer.
        least: the fewest that it takes without.
    """
    text, _, example = inspect.cleandoc(docstring or "").partition("\n\nExample:\n")
    arguments = "".join(f"    {name}: {_MEANINGS[name].format(size=size, least=least)}\n" for name in names)
    return f"{text}\n\nArgs:\n{arguments}\n{_RESULT}\n\nExample:\n{example}"


def describe(
    application: Callable[..., Model],
    title: str,
    arguments: Iterable[str],
    size: int,
    features: int,
    values: str = _SCALED_WITHIN,
) -> None:
    """Give the function of a net its name and docstring.

    Args:
        application: the function.
        title: its name.
        arguments: its arguments, in their order.
        size: rows and columns of the images that it takes with its dense layer.
        features: how many it gives without that layer.
        values: what it takes and gives, and whose its weights are.
    """
    about = f"""{title} for images ({size}, {size}, 3); without its dense layer, for any size from 32.

    {values}

    Example:
        >>> {title}(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, {features})
    """
    application.__doc__ = documented(about, arguments, size, 32)
    application.__name__ = application.__qualname__ = title


@dataclass(frozen=True)
class End:
    """How a net ends: `include_top` with a probability for each of the `classes`, else with its features.

    pooling: None, or "avg" or "max" of the features over the image.
    """

    include_top: bool
    pooling: str | None
    classes: int
    where: str

    def __call__(self, x: Tensor, dense: str = "predictions", pool: str | None = None) -> Tensor:
        """The net's result from its last features; dense: the name of the dense layer, pool: of what pools."""
        return shared.classified(x, self.classes, dense) if self.include_top else self.features(x, pool)

    def features(self, x: Tensor, pool: str | None = None) -> Tensor:
        """The result without dense layers."""
        return shared.pooled(x, self.pooling, self.where, pool)


Layers = Callable[[Tensor, End], Tensor]


@dataclass(frozen=True)
class Net:
    """A net: its name, where its weights are (hashes: of the files with and without top), and sizes of its images.

    any_size: whether it takes other sizes than `default_size` with its dense layers too.
    """

    name: str
    address: str
    hashes: tuple[str, str]
    default_size: int = 224
    min_size: int = 32
    any_size: bool = False

    # No annotation: what is inferred tells type checkers the arguments of the net's function.
    def __call__(self, layers: Layers):
        """Decorator: the net's function, for the one that records its layers and ends them."""

        def application(
            include_top: bool = True,
            weights: str | PathLike[str] | None = "imagenet",
            input_tensor: Tensor | None = None,
            input_shape: Sequence[int | None] | None = None,
            pooling: Literal["avg", "max"] | None = None,
            classes: int = 1000,
        ) -> Model:
            end = End(include_top, pooling, classes, self.name)
            return self.build(layers, end, weights, input_tensor, input_shape)

        names = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes")
        application.__doc__ = documented(layers.__doc__, names, self.default_size, self.min_size)
        application.__name__, application.__module__ = layers.__name__, layers.__module__
        application.__qualname__ = layers.__qualname__
        return application

    def build(
        self,
        layers: Layers,
        end: End,
        weights: shared.Weights,
        input_tensor: Tensor | None,
        input_shape: Sequence[int | None] | None,
    ) -> Model:
        """The model with its weights. Raises SettingError."""
        images = shared.Images(self.name, self.default_size, self.min_size, self.any_size)
        image = images.begin(end.include_top, weights, end.classes, input_tensor, input_shape)
        return shared.finish(image, layers(image, end), self.name, weights, lambda: self._ready(end.include_top))

    def _ready(self, include_top: bool) -> tuple[str, str, str]:
        """File name, address and hash of ImageNet's weights."""
        file = f"{self.name}_weights_tf_dim_ordering_tf_kernels{'' if include_top else '_notop'}.h5"
        return file, self.address + file, self.hashes[0 if include_top else 1]
