"""Models as scikit-learn estimators: for GridSearchCV, cross_val_score, Pipeline. Needs scikit-learn only when it asks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from ..callbacks import History
from ..errors import NotCompiled, SettingError, SettingTypeError, shorten
from ..losses import name_behind
from ..models.model import Model
from ..models.sequential import Sequential
from ..types import Array, ArrayLike, Config, Data
from ..utils.np_utils import to_categorical

if TYPE_CHECKING:
    from typing_extensions import Self

Build: TypeAlias = Callable[..., Model]
"""A function, or an object that can be called, that gives a compiled model for settings by name."""

_METHODS = (Sequential.fit, Sequential.predict, Sequential.predict_classes, Sequential.evaluate)


class BaseWrapper:
    """What classifier and regressor share.

    Args:
        build_fn: a function (or an object that can be called) that gives a compiled model; None where a subclass has
            `__call__`.
        sk_params: arguments of build_fn and of fit, predict and evaluate, told apart by their names.

    Raises:
        SettingError: an argument is one that none of them takes.
    """

    _estimator_type: Literal["", "classifier", "regressor"] = ""

    def __init__(self, build_fn: Build | None = None, **sk_params: object) -> None:
        self.build_fn = build_fn
        self.sk_params = sk_params
        self.check_params(sk_params)

    def _builder(self) -> Build:
        if self.build_fn is not None:
            return self.build_fn
        if callable(self):
            return self
        raise SettingTypeError(
            where=type(self).__name__, expected="build_fn, a function that gives a compiled model", actual="None"
        )

    def check_params(self, params: Mapping[str, object]) -> None:
        """Refuse names that neither build_fn nor fit, predict, evaluate take.

        Args:
            params: settings by name.

        Raises:
            SettingError: there is such a name; the message has it.
        """
        takers = (*_METHODS, self._builder())
        for name in params:
            if name != "nb_epoch" and not any(_takes(function, name) for function in takers):
                expected = "an argument of build_fn, fit, predict or evaluate"
                raise SettingError(where=type(self).__name__, expected=expected, actual=shorten(name))

    def get_params(self, deep: bool = True) -> Config:
        """build_fn and the other settings, as scikit-learn's `clone` wants them.

        Args:
            deep: scikit-learn's; it changes nothing.

        Returns:
            The settings by name.
        """
        return {**self.sk_params, "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> Self:
        """Change settings.

        Args:
            **params: settings by name.

        Returns:
            The wrapper itself.

        Raises:
            SettingError: a name is one that neither build_fn nor fit, predict, evaluate take.
        """
        if "build_fn" in params:
            self.build_fn = params.pop("build_fn")
        self.check_params(params)
        self.sk_params.update(params)
        return self

    def filter_sk_params(self, fn: Callable[..., object], override: Mapping[str, object] | None = None) -> Config:
        """The settings that a function takes by name.

        Args:
            fn: the function.
            override: settings that win over those of the wrapper; None (the default): none.

        Returns:
            The settings by name.
        """
        chosen: Config = {name: value for name, value in self.sk_params.items() if _takes(fn, name)}
        if fn == Sequential.fit and "nb_epoch" in self.sk_params:
            chosen["nb_epoch"] = self.sk_params["nb_epoch"]
        return {**chosen, **(override or {})}

    def fit(self, x: Data, y: ArrayLike, **kwargs: object) -> History:
        """Build a new model and train it.

        Args:
            x: the inputs, as in `Model.fit`.
            y: the targets.
            **kwargs: further arguments of `Model.fit`, which win over those of the wrapper.

        Returns:
            The History, as Keras does, and not the wrapper.
        """
        build = self._builder()
        self.model = build(**self.filter_sk_params(build))
        targets = np.asarray(y)
        if name_behind(self.model.loss) == "categorical_crossentropy" and targets.ndim != 2:
            targets = to_categorical(targets)
        return self.model.fit(x, targets, **self.filter_sk_params(Sequential.fit, kwargs))

    def _fitted(self) -> Model:
        if not self.__sklearn_is_fitted__():
            raise NotCompiled(f"{type(self).__name__}: call fit first.")
        return self.model

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model")

    def __sklearn_tags__(self) -> object:
        utils = import_module("sklearn.utils")
        kind = self._estimator_type
        tags = utils.Tags(
            estimator_type=kind,
            target_tags=utils.TargetTags(required=True),
            input_tags=utils.InputTags(three_d_array=True),
        )
        if kind == "classifier":
            tags.classifier_tags = utils.ClassifierTags()
        else:
            tags.regressor_tags = utils.RegressorTags()
        return tags


# What a model's accuracy may be called: by `metrics=["accuracy"]`, by the functions behind it, and by their objects.
_ACCURACIES = ("acc", "accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")


class KerasClassifier(BaseWrapper):
    """A model as classifier: labels of any kind, `predict` gives them back.

    `classes_` are the labels seen, in order. The model's last layer has one unit (sigmoid) or one for each class.

    Args:
        build_fn: a function (or an object that can be called) that gives a compiled model; None where a subclass has
            `__call__`.
        **sk_params: arguments of build_fn and of fit, predict and evaluate, told apart by their names.

    Raises:
        SettingError: an argument is one that none of them takes.

    Example:
        >>> from engine.layers import Dense
        >>> def build(units=4):
        ...     model = Sequential([Dense(units, "relu", input_dim=2), Dense(1, "sigmoid")])
        ...     model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        ...     return model
        >>> classifier = KerasClassifier(build, units=8, epochs=1, verbose=0)
        >>> history = classifier.fit(np.zeros((4, 2)), ["no", "yes", "no", "yes"])
        >>> classifier.classes_.tolist(), classifier.predict_proba(np.zeros((3, 2))).shape
        (['no', 'yes'], (3, 2))
    """

    _estimator_type = "classifier"

    def fit(self, x: Data, y: ArrayLike, sample_weight: ArrayLike | None = None, **kwargs: object) -> History:
        """Build a new model and train it.

        Args:
            x: the inputs, as in `Model.fit`.
            y: labels (N,) or (N, 1), or one-hot rows (N, classes).
            sample_weight: a weight for each sample (N,); None (the default): all alike.
            **kwargs: further arguments of `Model.fit`, which win over those of the wrapper.

        Returns:
            The History, as Keras does, and not the wrapper.

        Raises:
            SettingError: the labels have another shape.
        """
        labels = np.asarray(y)
        if labels.ndim == 2 and labels.shape[1] > 1:
            self.classes_: Array = np.arange(labels.shape[1])
        elif labels.ndim == 1 or (labels.ndim == 2 and labels.shape[1] == 1):
            self.classes_ = np.unique(labels)
            labels = np.searchsorted(self.classes_, labels)
        else:
            raise SettingError(
                where="KerasClassifier", expected="labels (N,) or (N, classes)", actual=f"shape {labels.shape}"
            )
        self.n_classes_ = len(self.classes_)
        if sample_weight is not None:
            kwargs["sample_weight"] = sample_weight
        return super().fit(x, labels, **kwargs)

    def predict(self, x: Data, **kwargs: object) -> Array:
        """The most probable label of each sample.

        Args:
            x: the inputs, as in `Model.predict`.
            **kwargs: further arguments of `Model.predict`.

        Returns:
            (N,), or (N, 1) for one unit, as in Keras.

        Raises:
            NotCompiled: `fit` has not been called.
        """
        settings = self.filter_sk_params(Sequential.predict, kwargs)
        values = np.asarray(self._fitted().predict(x, **settings))
        chosen = values.argmax(axis=-1) if values.shape[-1] > 1 else (values > 0.5).astype("int32")
        return self.classes_[chosen]

    def predict_proba(self, x: Data, **kwargs: object) -> Array:
        """The probability of each label.

        Args:
            x: the inputs, as in `Model.predict`.
            **kwargs: further arguments of `Model.predict`.

        Returns:
            (N, classes); one sigmoid unit gives both columns.

        Raises:
            NotCompiled: `fit` has not been called.
        """
        values = np.asarray(self._fitted().predict(x, **self.filter_sk_params(Sequential.predict, kwargs)))
        return np.hstack([1 - values, values]) if values.shape[1] == 1 else values

    def score(self, x: Data, y: ArrayLike, **kwargs: object) -> float:
        """Mean accuracy.

        Args:
            x: the inputs, as in `Model.evaluate`.
            y: labels or one-hot rows.
            **kwargs: further arguments of `Model.evaluate`.

        Returns:
            The share of right labels.

        Raises:
            NotCompiled: `fit` has not been called.
            SettingError: the model measures no accuracy.
        """
        model, labels = self._fitted(), np.asarray(y)
        if labels.ndim == 1 or labels.shape[-1] == 1:
            labels = np.searchsorted(self.classes_, labels)
        if name_behind(model.loss) == "categorical_crossentropy" and labels.ndim != 2:
            labels = to_categorical(labels, self.n_classes_)
        outputs = model.evaluate(x, labels, **self.filter_sk_params(Sequential.evaluate, kwargs))
        for name, value in zip(model.metrics_names, outputs if isinstance(outputs, list) else [outputs], strict=True):
            if name in _ACCURACIES:
                return float(value)
        raise SettingError(
            where="KerasClassifier.score",
            expected="a model compiled with metrics=['accuracy']",
            actual=f"the metrics {model.metrics_names}",
        )


class KerasRegressor(BaseWrapper):
    """A model as regressor.

    Args:
        build_fn: a function (or an object that can be called) that gives a compiled model; None where a subclass has
            `__call__`.
        **sk_params: arguments of build_fn and of fit, predict and evaluate, told apart by their names.

    Raises:
        SettingError: an argument is one that none of them takes.

    Example:
        >>> from engine.layers import Dense
        >>> def build():
        ...     model = Sequential([Dense(1, input_dim=2)])
        ...     model.compile("sgd", "mse")
        ...     return model
        >>> regressor = KerasRegressor(build, epochs=1, verbose=0)
        >>> history = regressor.fit(np.zeros((4, 2)), np.zeros(4))
        >>> regressor.predict(np.zeros((3, 2))).shape
        (3,)
    """

    _estimator_type = "regressor"

    def predict(self, x: Data, **kwargs: object) -> Array:
        """The model's output.

        Args:
            x: the inputs, as in `Model.predict`.
            **kwargs: further arguments of `Model.predict`.

        Returns:
            (N,) where the model has one unit, else (N, ...).

        Raises:
            NotCompiled: `fit` has not been called.
        """
        values = np.asarray(self._fitted().predict(x, **self.filter_sk_params(Sequential.predict, kwargs)))
        return values[..., 0] if values.shape[-1] == 1 else values

    def score(self, x: Data, y: Data, **kwargs: object) -> float:
        """The loss with its sign changed, so that larger is better (Keras's rule; not R²).

        Args:
            x: the inputs, as in `Model.evaluate`.
            y: the targets.
            **kwargs: further arguments of `Model.evaluate`.

        Returns:
            Minus the loss.

        Raises:
            NotCompiled: `fit` has not been called.
        """
        loss = self._fitted().evaluate(x, y, **self.filter_sk_params(Sequential.evaluate, kwargs))
        return -float(loss[0] if isinstance(loss, list) else loss)


def _takes(function: Callable[..., object], name: str) -> bool:
    parameter = inspect.signature(function).parameters.get(name)
    return name != "self" and parameter is not None and parameter.kind is not inspect.Parameter.VAR_KEYWORD
