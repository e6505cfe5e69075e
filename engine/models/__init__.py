"""Models: `Sequential`, `Model`, and reading them from text and files."""

from __future__ import annotations

from .._declared import registry
from ..layers.input import Input
from .caffe import load_caffe, save_caffe
from .clone import clone_model
from .formats import save_model
from .loading import load_model, model_from_config, model_from_json, model_from_yaml
from .model import Model
from .network import Network
from .sequential import Sequential

registry.add("layer", Model)

__all__ = [
    "Input",
    "Model",
    "Network",
    "Sequential",
    "clone_model",
    "load_caffe",
    "load_model",
    "model_from_config",
    "model_from_json",
    "model_from_yaml",
    "save_caffe",
    "save_model",
]
