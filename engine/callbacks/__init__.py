"""Callbacks: what to do at the begin and end of training, epochs and batches (names and behaviour of Keras 2.2.4).

They are listeners of the training loop's events: `CallbackList` turns each event into calls of their methods.
`logs` is one dict for all callbacks of a moment: what one adds, those after it see.
"""

from __future__ import annotations

# Written by `python -m tests.exports` from the files of this folder: change their `__all__`.
from .backup import BackupAndRestore
from .basic import BaseLogger, Callback, CallbackList, History, LambdaCallback, ProgbarLogger, TerminateOnNaN
from .monitoring import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from .rates import LearningRateScheduler
from .records import CSVLogger, RemoteMonitor
from .tensorboard import TensorBoard

__all__ = [
    "BackupAndRestore",
    "BaseLogger",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "TensorBoard",
    "TerminateOnNaN",
]
# End of what is written.
