"""`import engine.compat` lets programs for tf.keras and Keras 3 run: `keras`, `tensorflow.keras` and `tensorflow` are the engine.

    import engine.compat              # the one line that such a program gets
    from tensorflow import keras      # ... and all others stay

What is not there says so by name, with the nearest thing. `engine.compat.undo()` takes it back; without this import, or
`engine.install_as_keras()`, nothing of it happens. A real TensorFlow or Keras that is installed is not hidden without a word:
a warning names it, and one that is imported already is not replaced.

Example:
    >>> import engine.compat
    >>> from tensorflow import keras
    >>> keras.layers.Dense(3).units
    3
    >>> engine.compat.undo()
"""

from ._compat.installer import install_as_keras, is_installed, undo

__all__ = ["install_as_keras", "is_installed", "undo"]

install_as_keras()
