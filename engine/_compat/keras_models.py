"""Names of `keras.models` that came after Keras 2.2.4."""

from ..models import Model

Functional = Model

__all__ = ["Functional"]
