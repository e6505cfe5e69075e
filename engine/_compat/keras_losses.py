"""Names of `keras.losses` and `keras.metrics` that are functions of another name here."""

from ..losses import kullback_leibler_divergence as kl_divergence
from ..losses import logcosh as log_cosh

__all__ = ["kl_divergence", "log_cosh"]
