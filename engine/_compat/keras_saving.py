"""Names of `keras.saving`."""

from .._declared.registry import custom_object_scope, get_custom_objects
from ..models import load_model, save_model
from .keras_utils import register_keras_serializable

__all__ = ["custom_object_scope", "get_custom_objects", "load_model", "register_keras_serializable", "save_model"]
