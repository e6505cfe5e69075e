"""`tf.Module`, `tf.train.Checkpoint` and `tf.random.Generator`."""

import numpy as np
import pytest

from engine.errors import FileError


def test_a_module_finds_what_it_holds(compat):
    import tensorflow as tf

    class Line(tf.Module):
        def __init__(self):
            super().__init__(name="line")
            self.slope, self.fixed = tf.Variable(2.0), tf.Variable(1.0, trainable=False)

        def __call__(self, x):
            return self.slope * x + self.fixed

    class Two(tf.Module):
        def __init__(self):
            super().__init__()
            self.parts = [Line(), Line()]
            self.dense = tf.keras.layers.Dense(2)
            self.dense(np.ones((1, 3)))

    two = Two()
    assert two.parts[0].name == "line" and len(two.variables) == 6 and len(two.trainable_variables) == 4
    assert len(two.submodules) == 3
    with tf.GradientTape() as tape:
        y = two.parts[0](3.0)
    assert float(y) == 7 and float(tape.gradient(y, two.parts[0].slope)) == 3


def test_a_checkpoint_keeps_weights_slots_and_counts(compat, tmp_path):
    import tensorflow as tf

    model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(2)])
    step = tf.Variable(5)
    checkpoint = tf.train.Checkpoint(model=model, step=step)
    manager = tf.train.CheckpointManager(checkpoint, tmp_path, max_to_keep=2)
    assert manager.latest_checkpoint is None and checkpoint.restore(tf.train.latest_checkpoint(tmp_path)) is checkpoint
    before = model.get_weights()
    paths = [manager.save() for _ in range(3)]
    assert len(list(tmp_path.iterdir())) == 2 and manager.checkpoints == paths[1:]
    model.set_weights([w + 1 for w in before])
    step.assign(9)
    checkpoint.restore(manager.latest_checkpoint).assert_consumed()
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    assert int(step.numpy()) == 5 and tf.train.latest_checkpoint(tmp_path) == paths[-1]
    with pytest.raises(FileError, match="step"):
        tf.train.Checkpoint(step=[tf.Variable(1), tf.Variable(2)]).restore(paths[-1])


def test_generators_go_on_and_stateless_numbers_stay(compat):
    import tensorflow as tf

    generator = tf.random.Generator.from_seed(3)
    first, second = generator.normal((4,)), generator.normal((4,))
    generator.reset_from_seed(3)
    np.testing.assert_array_equal(generator.normal((4,)), first)
    assert (first != second).any() and len(generator.split(2)) == 2 and generator.make_seeds(3).shape == (2, 3)
    whole = generator.uniform((100,), 2, 5, dtype=tf.int32).numpy()
    assert set(whole.tolist()) == {2, 3, 4}
    again = [tf.random.stateless_uniform((3,), seed=(1, 2)).tolist() for _ in range(2)]
    assert again[0] == again[1] and tf.random.stateless_normal((2,), seed=[7, 1]).shape == (2,)
    drawn = tf.random.categorical([[0.0, 5.0, -50.0]], 300).numpy()
    assert drawn.shape == (1, 300) and (drawn == 1).mean() > 0.95 and (drawn < 2).all()
    assert tf.random.get_global_generator() is tf.random.get_global_generator()
