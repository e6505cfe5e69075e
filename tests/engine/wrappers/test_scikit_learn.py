"""The wrappers inside real scikit-learn tools."""

import subprocess
import sys

import numpy as np
import pytest

import engine as keras
from engine.wrappers.scikit_learn import KerasClassifier, KerasRegressor

base = pytest.importorskip("sklearn.base")
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

X = np.random.default_rng(0).normal(size=(60, 3))
LABELS = np.where(X[:, 0] > 0, "high", "low")


def classifier(units=4, loss="categorical_crossentropy"):
    outputs = 1 if loss == "binary_crossentropy" else 2
    activation = "sigmoid" if outputs == 1 else "softmax"
    model = keras.Sequential([keras.layers.Dense(units, "relu", input_dim=3), keras.layers.Dense(outputs, activation)])
    model.compile(keras.optimizers.Adam(lr=0.05), loss, metrics=["accuracy"])
    return model


def regressor():
    model = keras.Sequential([keras.layers.Dense(1, input_dim=3)])
    model.compile(keras.optimizers.Adam(lr=0.1), "mse")
    return model


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"])
def test_labels_come_back_and_are_learnt(loss):
    wrapped = KerasClassifier(classifier, loss=loss, epochs=20, batch_size=10, verbose=0)
    wrapped.fit(X, LABELS)
    assert wrapped.classes_.tolist() == ["high", "low"]
    assert (wrapped.predict(X).ravel() == LABELS).mean() == pytest.approx(wrapped.score(X, LABELS), abs=1e-6)
    assert wrapped.score(X, LABELS) > 0.9
    np.testing.assert_allclose(wrapped.predict_proba(X).sum(axis=1), 1, rtol=1e-5)


def test_one_hot_rows_are_learnt():
    wrapped = KerasClassifier(classifier, epochs=1, verbose=0)
    rows = np.eye(2)[(X[:, 0] > 0).astype(int)]
    wrapped.fit(X, rows)
    assert 0 <= wrapped.score(X, rows) <= 1


def test_grid_search_finds_its_settings():
    search = GridSearchCV(KerasClassifier(classifier, verbose=0), {"units": [2, 4], "epochs": [1, 10]}, cv=2)
    search.fit(X, LABELS)
    assert set(search.best_params_) == {"units", "epochs"} and search.best_score_ > 0.5
    assert search.predict(X).shape == (60,)


def test_a_wrapped_model_goes_through_cross_validation_pipeline_and_clone():
    wrapped = KerasRegressor(regressor, epochs=30, verbose=0)
    pipeline = make_pipeline(StandardScaler(), wrapped)
    target = X @ [1.0, 2.0, 3.0]
    assert cross_val_score(pipeline, X, target, cv=3).shape == (3,)
    pipeline.fit(X, target)
    assert pipeline.predict(X).shape == (60,)
    assert np.corrcoef(pipeline.predict(X), target)[0, 1] > 0.8
    again = base.clone(wrapped)
    assert again.get_params() == wrapped.get_params() and not hasattr(again, "model")


def test_scikit_learn_knows_the_kinds():
    assert base.is_classifier(KerasClassifier(classifier)) and base.is_regressor(KerasRegressor(regressor))


def test_errors_say_what_is_wrong():
    with pytest.raises(ValueError, match="units_typo"):
        KerasClassifier(classifier, units_typo=3)
    with pytest.raises(TypeError, match="build_fn"):
        KerasClassifier()
    with pytest.raises(RuntimeError, match="fit first"):
        KerasClassifier(classifier).predict(X)
    plain = KerasClassifier(regressor, verbose=0)
    plain.fit(X, LABELS)
    with pytest.raises(ValueError, match="accuracy"):
        plain.score(X, LABELS)


def test_a_subclass_may_build_the_model_itself():
    class Own(KerasRegressor):
        def __call__(self):
            return regressor()

    own = Own(epochs=1, verbose=0)
    own.fit(X, X[:, 0])
    assert own.score(X, X[:, 0]) < 0


def test_the_module_imports_without_scikit_learn():
    code = "import sys; sys.modules['sklearn'] = None; import engine.wrappers.scikit_learn"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
