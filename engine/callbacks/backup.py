"""`BackupAndRestore`: a training that was cut off goes on where its last backup was made, when the program runs again."""

from __future__ import annotations

import os
from pathlib import Path

from .._training.callback import Callback
from .._training.control import Control
from .._training.own_steps import has_own
from ..errors import GraphError, SettingError
from ..events import BatchEnd, EpochEnd, Event, Listener, TrainEnd, only_for
from ..types import FilePath

__all__ = ["BackupAndRestore"]

_NAME = "backup.h5"


class BackupAndRestore(Callback):
    """Keep a training in a file while it goes on, and begin there when `fit` is called again after it was cut off.

    The file holds weights, the optimizer's slots, the epoch and batch, the order of samples, random streams and what callbacks
    count, so that the training goes on as it would have. A training that comes to its end removes it.

    Args:
        backup_dir: the folder of the file.
        save_freq: "epoch" (the default), or a number of batches between two backups.
        delete_checkpoint: whether the file is removed when the training has come to its end, True by default.
        double_checkpoint: accepted as in Keras 3, False by default; the file is always a whole one, the last or the one before.
        save_before_preemption: accepted as in tf.keras, False by default.

    Raises:
        SettingError: `save_freq` is something else.

    Example:
        >>> BackupAndRestore("backups", save_freq=100).save_freq
        100
    """

    def __init__(
        self,
        backup_dir: FilePath,
        save_freq: int | str = "epoch",
        delete_checkpoint: bool = True,
        double_checkpoint: bool = False,
        save_before_preemption: bool = False,
    ) -> None:
        super().__init__()
        is_count = isinstance(save_freq, int) and not isinstance(save_freq, bool) and save_freq > 0
        if save_freq != "epoch" and not is_count:
            expected = "'epoch' or a number of batches"
            raise SettingError(where="BackupAndRestore, save_freq", expected=expected, actual=repr(save_freq))
        self.backup_dir, self.save_freq, self.delete_checkpoint = backup_dir, save_freq, delete_checkpoint
        self._batches = 0

    @property
    def path(self) -> Path:
        """The file."""
        return Path(os.fsdecode(self.backup_dir)) / _NAME

    def before_training(self, control: Control) -> None:
        """Begin where the file says, if there is one.

        Args:
            control: of the training that is about to begin.

        Raises:
            GraphError: the model's class writes its `train_step`, whose optimizer's slots are not known here.
            FileError: the file is broken, or of another model.
        """
        if has_own(self.model, "train_step"):
            raise GraphError(
                where="BackupAndRestore",
                expected="a model whose batches the engine trains itself",
                actual=f"{type(self.model).__name__} with a train_step of its own",
                hint="ModelCheckpoint keeps its weights; go on with load_weights and fit(initial_epoch=...).",
            )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if control.begin_at is None and self.path.exists():
            control.begin_at = self.model.read_backup(self.path)

    def make_listener(self, control: Control) -> Listener | None:
        """What writes the file, and removes it behind the end."""

        @only_for(BatchEnd, EpochEnd, TrainEnd)
        def keep(event: Event) -> None:
            if isinstance(event, TrainEnd):
                if event.reason in ("finished", "early") and self.delete_checkpoint:
                    self.path.unlink(missing_ok=True)
            elif self._is_due(event):
                assert control.snapshot is not None
                self.model.write_backup(self.path, control.snapshot())

        return keep

    def _is_due(self, event: Event) -> bool:
        if isinstance(event, EpochEnd):
            return self.save_freq == "epoch" and not event.partial
        self._batches += 1
        return self.save_freq != "epoch" and self._batches % int(self.save_freq) == 0
