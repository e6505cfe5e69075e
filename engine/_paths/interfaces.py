"""`keras.legacy.interfaces`: decorators with which Keras 2's code, and code copied from it, takes Keras 1's arguments.

Constructors translate old arguments themselves here, so most of the decorators leave a function as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .._declared.keras1 import accepts_old_updates
from ..layers.weights import accepts_shape_first

Function = TypeVar("Function", bound=Callable[..., object])


def _as_it_is(function: Function) -> Function:
    return function


legacy_get_updates_support = accepts_old_updates
legacy_add_weight_support = accepts_shape_first
legacy_batchnorm_support = _as_it_is
legacy_conv1d_support = _as_it_is
legacy_conv2d_support = _as_it_is
legacy_conv3d_support = _as_it_is
legacy_convlstm2d_support = _as_it_is
legacy_cropping2d_support = _as_it_is
legacy_cropping3d_support = _as_it_is
legacy_deconv2d_support = _as_it_is
legacy_dense_support = _as_it_is
legacy_dropout_support = _as_it_is
legacy_embedding_support = _as_it_is
legacy_gaussiandropout_support = _as_it_is
legacy_gaussiannoise_support = _as_it_is
legacy_generator_methods_support = _as_it_is
legacy_global_pooling_support = _as_it_is
legacy_input_support = _as_it_is
legacy_lambda_support = _as_it_is
legacy_model_constructor_support = _as_it_is
legacy_pooling1d_support = _as_it_is
legacy_pooling2d_support = _as_it_is
legacy_pooling3d_support = _as_it_is
legacy_prelu_support = _as_it_is
legacy_recurrent_support = _as_it_is
legacy_separable_conv2d_support = _as_it_is
legacy_spatialdropout1d_support = _as_it_is
legacy_spatialdropoutNd_support = _as_it_is
legacy_upsampling1d_support = _as_it_is
legacy_upsampling2d_support = _as_it_is
legacy_upsampling3d_support = _as_it_is
legacy_zeropadding2d_support = _as_it_is
legacy_zeropadding3d_support = _as_it_is
