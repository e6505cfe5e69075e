"""Names of `keras.mixed_precision`: programs that ask for float16 compute in float32 here, which is said once."""

from __future__ import annotations

import warnings

from .._machine.config import floatx
from ..errors import SettingError
from ..optimizers import LossScaleOptimizer

__all__ = ["LossScaleOptimizer", "Policy", "global_policy", "set_global_policy"]

_KNOWN = ("float32", "float64", "mixed_float16", "mixed_bfloat16")


class Policy:
    """In which number type layers compute: here always in `keras.config.floatx()`.

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
        """What layers compute in."""
        return floatx()

    @property
    def variable_dtype(self) -> str:
        """What weights are kept in."""
        return floatx()


def set_global_policy(policy: str | Policy) -> None:
    """Accept a policy; layers go on computing in floatx, and a warning says so for a policy of half precision.

    Args:
        policy: its name, or a `Policy`.
    """
    asked = policy if isinstance(policy, Policy) else Policy(policy)
    if asked.name.startswith("mixed"):
        warnings.warn(f"{asked.name}: layers compute in {floatx()} here, which is at least as exact.", stacklevel=2)


def global_policy() -> Policy:
    """The policy of all layers.

    Returns:
        That of floatx.
    """
    return Policy(floatx())
