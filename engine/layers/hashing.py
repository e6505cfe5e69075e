"""`Hashing`: a place for each text or whole number by its hash, without a vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from .._machine import config
from .settings import unused_field
from .text_hashes import bucket
from .text_layers import TextLayer, texts_of

if TYPE_CHECKING:
    from .._declared.fields import Setting
    from ..types import Array, Shape

__all__ = ["Hashing"]

_salt = rules.int_tuple(2, minimum=-(2**62))
_mask = rules.Rule(
    lambda v: isinstance(v, (str, int)) and not isinstance(v, bool),
    "a text or a whole number",
    (2.5, [1]),
    {"kind": "text"},
)


@registry.register("layer")
class Hashing(TextLayer):
    """A place from 0 to num_bins - 1 for each text or whole number, by its hash (TensorFlow's numbers).

    It stands behind an Input of texts or of whole numbers, as places are computed before the network runs.

    Args:
        num_bins: how many places.
        mask_value: what has place 0, so that all else begins at 1; None, the default: nothing.
        salt: one number or two, which give other places; None, the default.
        output_mode: "int" (the default), or "one_hot", "multi_hot" or "count".
        sparse: kept for Keras's configs, False by default; the result is dense.

    Input shape:
        (N,) or (N, K) texts or whole numbers.

    Output shape:
        That of the input; (N, num_bins) with another mode than "int".

    Example:
        >>> Hashing(num_bins=3)(["A", "B", "C", "D", "E"]).tolist()
        [1, 0, 1, 1, 2]
    """

    takes_numbers: ClassVar[bool] = True

    num_bins: int = field(rules.positive_int, default=REQUIRED, help="how many places")
    mask_value: str | int | None = field(rules.optional(_mask), default=None, help="what has place 0")
    salt: Setting[int | Sequence[int] | None, tuple[int, ...] | None] = field(
        rules.optional(_salt), default=None, help="a number, or two, that give other places"
    )
    output_mode: str = field(
        rules.choice("int", "one_hot", "multi_hot", "count"), default="int", help="places, ones or counts"
    )
    sparse: bool = unused_field(rules.switch, default=False, help="the result is dense")

    def made(self, inputs: Array) -> Array:
        """The places of texts or whole numbers."""
        values = inputs.astype("int64") if inputs.dtype.kind in "fb" else inputs
        texts = texts_of(values, self.where)
        masks = self.mask_value is not None and self.num_bins > 1
        bins = self.num_bins - masks
        known: dict[str, int] = {str(self.mask_value): 0} if masks else {}
        for text in set(texts.reshape(-1).tolist()) - set(known):
            known[text] = bucket(text.encode("utf-8"), bins, self.salt) + masks
        places = np.array([known[text] for text in texts.reshape(-1).tolist()], "int64").reshape(texts.shape)
        return places if self.output_mode == "int" else self._encoded(places)

    def _encoded(self, places: Array) -> Array:
        if self.output_mode == "one_hot":
            flat = places[..., 0] if places.ndim > 1 and places.shape[-1] == 1 else places
            return np.eye(self.num_bins, dtype=config.floatx())[flat]
        rows = places.reshape(-1, places.shape[-1] if places.ndim else 1)
        counts = np.stack([np.bincount(row, minlength=self.num_bins) for row in rows]).astype(config.floatx())
        made = counts if self.output_mode == "count" else np.minimum(counts, 1)
        return made.reshape(*places.shape[:-1], self.num_bins)

    def made_shape(self, shape: Shape) -> Shape:
        """That of the input, or rows of ones or counts."""
        if self.output_mode == "int":
            return shape
        if self.output_mode == "one_hot":
            return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), self.num_bins)
        return (*shape[:-1], self.num_bins)
