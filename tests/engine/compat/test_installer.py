"""Which names resolve to the engine, what is said of those that do not, and that nothing happens unasked."""

import subprocess
import sys

import pytest

import engine
from engine import layers, optimizers
from engine._compat.installer import install_as_keras, is_installed, undo
from engine.errors import GraphError


def run(program, **kwargs):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, **kwargs)


def test_all_ways_to_import_give_the_engines_own_things(compat):
    import keras
    import tensorflow as tf
    import tensorflow.keras.layers as by_path
    from keras.layers import Dense
    from tensorflow import keras as of_tf
    from tensorflow.keras.layers import MultiHeadAttention
    from tensorflow.keras.optimizers import Adam
    from tensorflow.keras.optimizers.schedules import CosineDecay
    from tensorflow.python.keras.models import Sequential
    from tf_keras.preprocessing.sequence import pad_sequences

    assert Dense is of_tf.layers.Dense is tf.keras.layers.Dense is by_path.Dense is layers.Dense
    assert MultiHeadAttention is layers.MultiHeadAttention and Adam is optimizers.Adam
    assert CosineDecay is optimizers.schedules.CosineDecay and Sequential is engine.Sequential is keras.Sequential
    assert pad_sequences([[1]], maxlen=2).tolist() == [[0, 1]]
    assert keras.utils.set_random_seed and keras.backend.floatx() == "float32"


@pytest.mark.parametrize(
    ("program", "error", "sentence"),
    [
        ("from tensorflow.keras.layers import Dens", ImportError, "Nearest: tensorflow.keras.layers.Dense"),
        ("from tensorflow import SavedModel", ImportError, "model.save"),
        ("import tensorflow as tf; tf.reduce_meen", AttributeError, "tensorflow.reduce_mean"),
        ("import tensorflow.estimator", ModuleNotFoundError, "No module named 'tensorflow.estimator'"),
        ("import keras.layer", ModuleNotFoundError, "Nearest: layers"),
        ("from tensorflow import keras; keras.optimizer", AttributeError, "keras.optimizers"),
    ],
)
def test_what_is_not_there_says_so_with_the_nearest(compat, program, error, sentence):
    with pytest.raises(error, match=sentence.replace(".", r"\.")):
        exec(program, {})


def test_stars_take_what_is_public(compat):
    names = {}
    exec("from tensorflow.keras.layers import *", names)
    assert names["Conv2D"] is layers.Conv2D and not any(name.startswith("_k") for name in names)


def test_it_is_taken_back_by_a_call_and_never_done_unasked():
    assert not is_installed()
    install_as_keras()
    install_as_keras()
    import tensorflow

    assert is_installed() and "tensorflow" in sys.modules
    del tensorflow
    undo()
    assert not is_installed() and not any(name.partition(".")[0] == "tensorflow" for name in sys.modules)
    done = run(
        "import engine, engine.layers, sys; engine.install_as_keras; print('keras' in sys.modules, len(sys.meta_path))"
    )
    plain = run("import engine, engine.layers, sys; print('keras' in sys.modules, len(sys.meta_path))")
    assert done.stdout == plain.stdout and done.returncode == 0, done.stderr


def test_importing_the_module_does_it():
    done = run(
        "import engine.compat\nfrom tensorflow import keras\nprint(keras.layers.Dense(3).units)\nengine.compat.undo()"
    )
    assert done.stdout == "3\n", done.stderr


def test_another_keras_is_not_hidden_without_a_word(tmp_path):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text("real = True\n")
    there = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    warned = run(there + "import engine.compat, tensorflow; print(hasattr(tensorflow, 'real'))")
    assert "tensorflow installed here" in warned.stderr and warned.stdout == "False\n"
    refused = run(there + "import tensorflow, engine.compat")
    assert "imported before" in refused.stderr and refused.returncode
    back = run(there + "import engine.compat; engine.compat.undo(); import tensorflow; print(tensorflow.real)")
    assert back.stdout == "True\n", back.stderr


def test_a_keras_that_is_there_already_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", sys)
    with pytest.raises(GraphError, match="imported before"):
        install_as_keras()
    assert not is_installed()


def test_modules_below_are_attributes_too(compat):
    from tensorflow import keras

    assert keras.optimizers.legacy.Adam is optimizers.Adam and keras.optimizers.schedules.CosineDecay


def test_a_mask_ends_at_a_layer_that_knows_none_as_in_tf_keras(compat):
    inputs = layers.Input((4,))
    x = layers.GlobalMaxPooling1D()(layers.Embedding(5, 3, mask_zero=True)(inputs))
    assert engine.Model(inputs, x).output_shape == (None, 3)
    undo()
    with pytest.raises(TypeError, match="does not support masking"):
        layers.GlobalMaxPooling1D()(layers.Embedding(5, 3, mask_zero=True)(inputs))
