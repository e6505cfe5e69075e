"""Keras 1.0 left the order of axes out of the configs of padding, cropping and upsampling: they have that of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_FORGETFUL = tuple(f"{name}{rank}D" for name in ("UpSampling", "ZeroPadding", "Cropping") for rank in (2, 3))


def with_layouts(config: Mapping[str, object]) -> Mapping[str, object]:
    """A model's config in which such layers have the `dim_ordering` that all others state; itself where these state none or two.

    Args:
        config: {class_name, config}, as plain data; it stays as it is.

    Returns:
        The config, in part a copy.

    Example:
        >>> conv = {"class_name": "Convolution2D", "config": {"dim_ordering": "th"}}
        >>> pad = {"class_name": "ZeroPadding2D", "config": {"padding": [1, 1]}}
        >>> with_layouts({"class_name": "Sequential", "config": [pad, conv]})["config"][0]["config"]
        {'padding': [1, 1], 'dim_ordering': 'th'}
    """
    stated = set(_stated(config))
    if len(stated) != 1:
        return config
    (order,) = stated
    return {**config, "config": _filled(config.get("config"), order)}


def _stated(config: object) -> Iterator[object]:
    """The orders of axes that the layers of a config state, in models inside too."""
    if isinstance(config, list):
        for item in config:
            yield from _stated(item)
    elif isinstance(config, Mapping):
        settings = config.get("config")
        if isinstance(settings, Mapping) and settings.get("dim_ordering") in ("th", "tf"):
            yield settings["dim_ordering"]
        yield from _stated(settings)
        yield from _stated(config.get("layers"))


def _filled(config: object, order: object) -> object:
    if isinstance(config, list):
        return [_filled(item, order) for item in config]
    if not isinstance(config, Mapping):
        return config
    changed = dict(config)
    settings = config.get("config")
    if config.get("class_name") in _FORGETFUL and isinstance(settings, Mapping):
        if not {"dim_ordering", "data_format"} & settings.keys():
            changed["config"] = {**settings, "dim_ordering": order}
    elif settings is not None:
        changed["config"] = _filled(settings, order)
    if "layers" in config:
        changed["layers"] = _filled(config["layers"], order)
    return changed
