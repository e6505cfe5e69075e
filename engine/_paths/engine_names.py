"""The names that Keras kept in `keras.engine` and its modules `topology`, `training`, `base_layer`, `network`, ..."""

from __future__ import annotations

import sys
from types import ModuleType

from .._training.objective import weighted_masked_objective
from .._training.training_utils import (
    batch_shuffle,
    check_array_length_consistency,
    check_loss_and_target_compatibility,
    check_num_samples,
    collect_metrics,
    is_sequence,
    make_batches,
    standardize_class_weights,
    standardize_input_data,
    standardize_sample_weights,
    standardize_weights,
)
from ..layers import Input, InputLayer, InputSpec, Layer, Merge, Node, merge
from ..models import (
    Model,
    Sequential,
    load_model,
    model_from_config,
    model_from_json,
    model_from_yaml,
    save_model,
)
from ..models.network import Network
from ..models.stored_weights import preprocess_weights_for_loading
from ..utils.data_utils import GeneratorEnqueuer
from ..utils.generic_utils import is_all_none, object_list_uid, slice_arrays, to_list, unpack_singleton
from ..utils.layer_utils import get_source_inputs
from .finder import ENGINE_MODULES
from .graph_helpers import collect_input_shape, collect_previous_mask, collect_trainable_weights, to_snake_case
from .stored_groups import (
    load_attributes_from_hdf5_group,
    load_weights_from_hdf5_group,
    load_weights_from_hdf5_group_by_name,
    save_attributes_to_hdf5_group,
    save_weights_to_hdf5_group,
)

__path__: list[str] = []  # a package to the import system: `engine.engine.topology` is this module too
Container = Network  # its name until Keras 2.1
weighted_objective, slice_X = weighted_masked_objective, slice_arrays  # Keras 1's names
# Names of `keras.engine.topology`, with a stroke until Keras 2.1 and without one in `keras.utils` since.
_collect_input_shape, _collect_previous_mask = collect_input_shape, collect_previous_mask
_is_all_none, _object_list_uid, _to_list, _to_snake_case = is_all_none, object_list_uid, to_list, to_snake_case
_load_attributes_from_hdf5_group = load_attributes_from_hdf5_group
_save_attributes_to_hdf5_group = save_attributes_to_hdf5_group
# Names that `keras.engine.training` had until Keras 2.1.
_batch_shuffle = batch_shuffle
_check_array_lengths = check_array_length_consistency
_check_array_length_consistency = check_array_length_consistency
_check_loss_and_target_compatibility = check_loss_and_target_compatibility
_check_num_samples = check_num_samples
_collect_metrics = collect_metrics
_make_batches = make_batches
_masked_objective = weighted_masked_objective
_slice_arrays = slice_arrays
_standardize_class_weights = standardize_class_weights
_standardize_input_data = standardize_input_data
_standardize_sample_weights = standardize_sample_weights
_standardize_weights = standardize_weights
_weighted_masked_objective = weighted_masked_objective

__all__ = [
    "Container",
    "GeneratorEnqueuer",
    "Input",
    "InputLayer",
    "InputSpec",
    "Layer",
    "Merge",
    "Model",
    "Network",
    "Node",
    "Sequential",
    "batch_shuffle",
    "check_array_length_consistency",
    "check_loss_and_target_compatibility",
    "check_num_samples",
    "collect_metrics",
    "collect_trainable_weights",
    "get_source_inputs",
    "is_all_none",
    "is_sequence",
    "load_attributes_from_hdf5_group",
    "load_model",
    "load_weights_from_hdf5_group",
    "load_weights_from_hdf5_group_by_name",
    "make_batches",
    "merge",
    "model_from_config",
    "model_from_json",
    "model_from_yaml",
    "object_list_uid",
    "preprocess_weights_for_loading",
    "save_attributes_to_hdf5_group",
    "save_model",
    "save_weights_to_hdf5_group",
    "slice_X",
    "slice_arrays",
    "standardize_class_weights",
    "standardize_input_data",
    "standardize_sample_weights",
    "standardize_weights",
    "to_list",
    "unpack_singleton",
    "weighted_masked_objective",
    "weighted_objective",
]


def __getattr__(name: str) -> ModuleType:
    """`keras.engine.topology`, for code that only wrote `import keras`."""
    if name in ENGINE_MODULES:
        return sys.modules[__name__]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
