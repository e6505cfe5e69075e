"""Names of `keras.mixed_precision`: a policy of float16 chooses how graphics cards train; all else computes in float32."""

from __future__ import annotations

import warnings

from .._machine.config import floatx, mixed_precision, set_mixed_precision
from .._machine.devices import current
from ..errors import SettingError
from ..optimizers import LossScaleOptimizer

__all__ = ["LossScaleOptimizer", "Policy", "global_policy", "set_global_policy"]

_KNOWN = ("float32", "float64", "mixed_float16", "mixed_bfloat16")


class Policy:
    """In which number type layers compute while they train on a graphics card; the processor computes in floatx.

    Args:
        name: "float32", "float64", "mixed_float16" or "mixed_bfloat16".

    Raises:
        SettingError: another name.
    """

    def __init__(self, name: str) -> None:
        if name not in _KNOWN:
            raise SettingError(
                where="mixed_precision.Policy", expected=f"one of {', '.join(_KNOWN)}", actual=repr(name)
            )
        self.name = name

    @property
    def compute_dtype(self) -> str:
        """What products are computed in."""
        return "float16" if self.name == "mixed_float16" and not current().on_host else floatx()

    @property
    def variable_dtype(self) -> str:
        """What weights are kept in."""
        return floatx()


def set_global_policy(policy: str | Policy) -> None:
    """Take a policy for the models that are compiled from now on (`engine.config.set_mixed_precision`).

    A warning says where it changes nothing: the processor computes in floatx, and there is no bfloat16.

    Args:
        policy: its name, or a `Policy`.
    """
    asked = policy if isinstance(policy, Policy) else Policy(policy)
    set_mixed_precision("float16" if asked.name == "mixed_float16" else None)
    if asked.name == "mixed_bfloat16" or (asked.name == "mixed_float16" and current().on_host):
        why = "there is no bfloat16" if asked.name == "mixed_bfloat16" else "graphics cards alone multiply float16"
        warning = f"{asked.name}: layers compute in {floatx()} here, which is at least as exact; {why}."
        warnings.warn(warning, stacklevel=2)


def global_policy() -> Policy:
    """The policy of all layers.

    Returns:
        The one that was set, else that of floatx.
    """
    return Policy(floatx() if mixed_precision() is None else "mixed_float16")
