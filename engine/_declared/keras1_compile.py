"""What Keras 1.0 wrote of `compile` beside a model's config: optimizer, loss and sample weights, at the top of its JSON."""

from __future__ import annotations

from collections.abc import Mapping

from ..types import Config
from .web_models import model_inside

COMPILE_KEYS = ("optimizer", "loss", "loss_weights", "metrics", "sample_weight_mode", "class_mode", "theano_mode")


def is_compiled(document: Mapping[str, object]) -> bool:
    """Whether a model's document has what Keras 1.0 wrote of `compile`."""
    return any(key in document for key in COMPILE_KEYS)


def compiled_as_training(document: Mapping[str, object]) -> Config:
    """A model's document with its optimizer and loss under `training`, where it has no training of its own.

    Args:
        document: what the JSON or YAML of a model holds; Keras 1.0 wrote optimizer and loss at its top.

    Returns:
        A copy; without such keys it equals the document.

    Example:
        >>> compiled_as_training({"class_name": "Sequential", "loss": "mse", "optimizer": {"name": "SGD", "lr": 0.1}})
        {'class_name': 'Sequential', 'training': {'optimizer': {'class_name': 'SGD', 'config': {'lr': 0.1}}, 'loss': 'mse'}}
    """
    document = model_inside(document)
    if not is_compiled(document):
        return document
    model = {key: value for key, value in document.items() if key not in COMPILE_KEYS}
    training: Config = {}
    optimizer, loss, metrics = (document.get(key) for key in ("optimizer", "loss", "metrics"))
    if isinstance(optimizer, str):
        training["optimizer"] = optimizer
    elif isinstance(optimizer, Mapping) and "class_name" in optimizer:
        training["optimizer"] = dict(optimizer)
    elif isinstance(optimizer, Mapping) and isinstance(optimizer.get("name"), str):
        settings = {key: value for key, value in optimizer.items() if key != "name"}
        training["optimizer"] = {"class_name": optimizer["name"], "config": settings}
    if isinstance(loss, (str, Mapping)):
        training["loss"] = loss
    if isinstance(metrics, (list, tuple)):
        training["metrics"] = list(metrics)
    return model if "training" in model or not training else {**model, "training": training}
