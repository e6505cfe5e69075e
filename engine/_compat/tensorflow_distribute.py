"""`tf.distribute` with one replica: programs for several run unchanged in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np

from .dataset import Dataset
from .functions import REDUCED
from .values import TensorLike, TensorValue, eager, operand

__all__ = ["DISTRIBUTE"]


class ReduceOp:
    """How numbers of several replicas become one."""

    SUM, MEAN = "SUM", "MEAN"


class InputContext:
    """Which part of the data a pipeline is for: all of it.

    Args:
        num_input_pipelines: how many pipelines there are, 1 by default.
        input_pipeline_id: which of them this one is, 0 by default.
        num_replicas_in_sync: how many replicas there are, 1 by default.
    """

    def __init__(self, num_input_pipelines: int = 1, input_pipeline_id: int = 0, num_replicas_in_sync: int = 1) -> None:
        self.num_input_pipelines, self.input_pipeline_id = num_input_pipelines, input_pipeline_id
        self.num_replicas_in_sync = num_replicas_in_sync

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """The samples of a replica's batch: all of them."""
        return global_batch_size


class Strategy:
    """A strategy with one replica, whichever is asked for. `model.fit(processes=...)` trains in several processes here.

    Args:
        *_: accepted as in TensorFlow: devices, cluster resolvers.
        **__: likewise.

    Example:
        >>> Strategy(["/gpu:0", "/gpu:1"]).num_replicas_in_sync
        1
    """

    num_replicas_in_sync = 1

    def __init__(self, *_: object, **__: object) -> None:
        self.extended = SimpleNamespace(num_replicas_in_sync=1, worker_devices=("/cpu:0",))
        self.cluster_resolver = None

    def scope(self) -> AbstractContextManager[Strategy]:
        """A block in which variables and models are made as outside of it."""
        return nullcontext(self)

    def run(
        self,
        fn: Callable[..., Any],
        args: Sequence[TensorLike] = (),
        kwargs: Mapping[str, Any] | None = None,
        **_: object,
    ) -> TensorValue:
        """What a function gives, called once.

        Args:
            fn: the function.
            args: its arguments in their order.
            kwargs: those by name.
            **_: accepted as in TensorFlow.
        """
        return fn(*args, **(kwargs or {}))

    def reduce(self, reduce_op: object, value: Any, axis: int | None = None) -> Any:
        """The sum or mean over replicas: the value itself, and over an axis of it where one is named.

        Args:
            reduce_op: `ReduceOp.SUM` or `MEAN`, or its name.
            value: what `run` gave.
            axis: an axis that is reduced too; None, the default, for none.
        """
        if axis is None:
            return value
        kind = "mean" if str(reduce_op).rpartition(".")[2].upper() == "MEAN" else "sum"
        return REDUCED[kind](value, axis)

    def gather(self, value: TensorLike, axis: int) -> TensorValue:
        """The parts of all replicas along an axis: the value itself."""
        return eager(operand(value))

    def experimental_local_results(self, value: TensorLike) -> tuple[Any, ...]:
        """The values of the replicas of this process."""
        return (value,)

    def experimental_distribute_dataset(self, dataset: Dataset, options: object = None) -> Dataset:
        """The data set itself."""
        return dataset

    def distribute_datasets_from_function(
        self, dataset_fn: Callable[[InputContext], Dataset], options: object = None
    ) -> Dataset:
        """The data set that a function makes for the one replica."""
        return dataset_fn(InputContext())

    def experimental_distribute_values_from_function(self, value_fn: Callable[[Any], Any]) -> TensorValue:
        """What a function gives for the one replica."""
        return value_fn(SimpleNamespace(replica_id_in_sync_group=0, num_replicas_in_sync=1))


class _ReplicaContext:
    """Where a function that `run` calls is: on the one replica."""

    replica_id_in_sync_group = 0
    num_replicas_in_sync = 1

    def __init__(self) -> None:
        self.strategy = get_strategy()

    def all_reduce(self, reduce_op: object, value: Any) -> Any:
        """The value itself."""
        return value

    def merge_call(self, merge_fn: Callable[..., Any], args: Sequence[Any] = (), kwargs: Any = None) -> Any:
        """What a function gives for the values of all replicas."""
        return merge_fn(self.strategy, *args, **(kwargs or {}))


_strategy = Strategy()


def get_strategy() -> Strategy:
    """The strategy in whose scope a program is: one replica."""
    return _strategy


def get_replica_context() -> _ReplicaContext:
    """The one replica."""
    return _ReplicaContext()


def has_strategy() -> bool:
    """Whether a strategy of a program's own is in use: never, which changes nothing."""
    return False


def in_cross_replica_context() -> bool:
    """Whether no replica is at work: always, as nothing runs on several."""
    return True


def _resolver(*_: object, **__: object) -> SimpleNamespace:
    """A cluster of this one process."""
    return SimpleNamespace(task_type="chief", task_id=0, cluster_spec=_no_others, num_accelerators=_no_others)


def _no_others() -> dict[str, object]:
    return {}


_STRATEGIES = (
    "CentralStorageStrategy",
    "MirroredStrategy",
    "MultiWorkerMirroredStrategy",
    "OneDeviceStrategy",
    "ParameterServerStrategy",
    "Strategy",
    "TPUStrategy",
)
DISTRIBUTE: dict[str, object] = {
    **dict.fromkeys(_STRATEGIES, Strategy),
    "ReduceOp": ReduceOp,
    "InputContext": InputContext,
    "get_strategy": get_strategy,
    "get_replica_context": get_replica_context,
    "has_strategy": has_strategy,
    "in_cross_replica_context": in_cross_replica_context,
    "HierarchicalCopyAllReduce": Strategy,
    "NcclAllReduce": Strategy,
    "ReductionToOneDevice": Strategy,
    "cluster_resolver": SimpleNamespace(TFConfigClusterResolver=_resolver, SimpleClusterResolver=_resolver),
    "experimental": SimpleNamespace(
        **dict.fromkeys((*_STRATEGIES, "CommunicationOptions", "CollectiveHints"), Strategy),
        CommunicationImplementation=SimpleNamespace(AUTO="AUTO", RING="RING", NCCL="NCCL"),
    ),
}


def compute_average_loss(
    per_example_loss: TensorLike,
    sample_weight: TensorLike | None = None,
    global_batch_size: TensorLike | None = None,
    **_: object,
) -> TensorValue:
    """The sum of samples' losses, each by its weight, over the samples of a batch.

    Args:
        per_example_loss: (N,).
        sample_weight: (N,), 1 by default.
        global_batch_size: the samples of the batch, N by default.
        **_: accepted as in TensorFlow.

    Example:
        >>> float(compute_average_loss(np.array([1.0, 3.0]), global_batch_size=4))
        1.0
    """
    losses = operand(per_example_loss)
    weighted = losses if sample_weight is None else losses * operand(sample_weight)
    count = losses.shape[0] if global_batch_size is None else global_batch_size
    return REDUCED["sum"](weighted) / float(np.asarray(count))


def scale_regularization_loss(regularization_loss: TensorLike) -> TensorValue:
    """The sum of penalties, which one replica has whole."""
    return REDUCED["sum"](regularization_loss)
