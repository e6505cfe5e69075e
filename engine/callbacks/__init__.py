"""Callbacks: what to do at the begin and end of training, epochs and batches (names and behaviour of Keras 2.2.4).

They are listeners of the training loop's events: `CallbackList` turns each event into calls of their methods.
`logs` is one dict for all callbacks of a moment: what one adds, those after it see.
"""

from __future__ import annotations

from .._training.callback import Callback, CallbackList
from .._training.history import BaseLogger, History, ProgbarLogger
from .basic import LambdaCallback, TerminateOnNaN
from .monitoring import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from .rates import LearningRateScheduler
from .records import CSVLogger, RemoteMonitor
from .tensorboard import TensorBoard

__all__ = [
    "BaseLogger", "CSVLogger", "Callback", "CallbackList", "EarlyStopping", "History", "LambdaCallback",
    "LearningRateScheduler", "ModelCheckpoint", "ProgbarLogger", "ReduceLROnPlateau", "RemoteMonitor", "TensorBoard",
    "TerminateOnNaN",
]  # fmt: skip
