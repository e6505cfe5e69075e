"""Build neural networks by mouse in Jupyter, train them live, take them away as text.

>>> from kwidgets import Builder  # doctest: +SKIP
>>> Builder()  # doctest: +SKIP

Names load when they are first touched, so that `import kwidgets` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_NAMES = {
    "Builder": "builder",
    "Dashboard": "dashboard",
    "Document": "document",
    "Keep": "keep",
    "LiveCurves": "live_curves",
    "Run": "stored_run",
    "Runs": "stored_runs",
    "Session": "session.session",
    "Sweep": "sweep",
    "documents": "document_list",
    "run": "stored_run",
    "runs": "stored_runs",
}

__all__ = [
    "Builder",
    "Dashboard",
    "Document",
    "Keep",
    "LiveCurves",
    "Run",
    "Runs",
    "Session",
    "Sweep",
    "documents",
    "run",
    "runs",
]

if TYPE_CHECKING:
    from .builder import Builder
    from .dashboard import Dashboard
    from .document import Document
    from .document_list import documents
    from .keep import Keep
    from .live_curves import LiveCurves
    from .session.session import Session
    from .stored_run import Run, run
    from .stored_runs import Runs, runs
    from .sweep import Sweep


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(importlib.import_module(f".{_NAMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
