"""What `tensorflow` has beside arrays: files, checks, nested structures, tables, running means, settings without effect."""

import numpy as np
import pytest

from engine.errors import DataError


def test_files(compat, tmp_path):
    import tensorflow as tf

    folder, gfile = str(tmp_path / "a" / "b"), tf.io.gfile
    gfile.makedirs(folder)
    with gfile.GFile(f"{folder}/x.txt", "w") as file:
        file.write("hello")
    gfile.copy(f"{folder}/x.txt", f"{folder}/y.txt")
    with pytest.raises(DataError, match="overwrite"):
        gfile.copy(f"{folder}/x.txt", f"{folder}/y.txt")
    gfile.rename(f"{folder}/y.txt", f"{folder}/z.txt")
    assert gfile.listdir(folder) == ["x.txt", "z.txt"] and gfile.exists(np.asarray(folder.encode(), object))
    assert gfile.glob(f"{folder}/*.txt") == [gfile.join(folder, name) for name in ("x.txt", "z.txt")]
    gfile.remove(f"{folder}/x.txt")
    gfile.rmtree(folder)
    assert not gfile.isdir(folder)


def test_checks(compat):
    import tensorflow as tf

    tf.debugging.assert_equal([1, 2], [1, 2])
    tf.debugging.assert_near([1.0], [1.0 + 1e-7])
    tf.debugging.assert_shapes([(np.ones((2, 3)), ("N", "Q")), (np.ones(3), ("Q",))])
    for wrong in (
        lambda: tf.debugging.assert_less([1.0], [0.0], message="too large"),
        lambda: tf.debugging.check_numerics(np.array([np.nan]), "loss"),
        lambda: tf.debugging.Assert(False, ["why"]),
        lambda: tf.debugging.assert_shapes([(np.ones((2, 3)), ("N", "N"))]),
    ):
        with pytest.raises(DataError):
            wrong()


def test_nested_structures(compat):
    import tensorflow as tf

    nested = {"b": (1, [2]), "a": 3}
    assert tf.nest.flatten(nested) == [3, 1, 2]
    assert tf.nest.map_structure(lambda x, y: x + y, nested, nested) == {"b": (2, [4]), "a": 6}
    assert tf.nest.pack_sequence_as(nested, [7, 8, 9]) == {"b": (8, [9]), "a": 7}
    with pytest.raises(DataError, match="nest"):
        tf.nest.assert_same_structure(nested, [1])
    assert tf.nest.is_nested([1]) and not tf.nest.is_nested(1)


def test_tables_and_sets(compat):
    import tensorflow as tf

    keys, values = tf.constant(["cat", "dog"]), tf.constant([1, 2])
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, values), default_value=-1)
    assert table.lookup(tf.constant(["dog", "bird"])).tolist() == [2, -1] and int(table.size()) == 2
    common = tf.sets.intersection(tf.constant([[1, 2, 3]]), tf.constant([[2, 3, 9]]))
    assert common.values.tolist() == [2, 3] and tf.sets.size(common).tolist() == [2]


def test_running_means(compat):
    import tensorflow as tf

    v, means = tf.Variable(1.0), tf.train.ExponentialMovingAverage(0.5)
    assert means.average(v) is None
    means.apply([v])
    v.assign(3.0)
    means.apply([v])
    assert float(means.average(v).numpy()) == 2.0


def test_arrays_of_a_checkpoint_are_listed(compat, tmp_path):
    import tensorflow as tf

    path = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0])).write(str(tmp_path / "c"))
    assert tf.train.list_variables(path) == [("v/0", [2])]
    assert tf.train.load_variable(path, "v/0").tolist() == [1, 2]
    assert tf.train.load_checkpoint(path).has_tensor("v/0")


def test_what_changes_nothing(compat):
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def doubled(x):
        return x * 2

    assert doubled(np.ones(2)).tolist() == [2, 2] and doubled.get_concrete_function()(1) == 2
    namespace = {}
    exec("def typed(x):\n    return x", namespace)
    assert "typed is not at hand" in tf.autograph.to_code(namespace["typed"])
    assert "return x * 2" in tf.autograph.to_code(doubled.python_function)
    assert tf.autograph.experimental.do_not_convert(len) is len
    assert tf.test.gpu_device_name() == "" and not tf.test.is_gpu_available()
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.optimizer.set_jit(True)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    assert len(tf.data.Dataset.range(3).with_options(options)) == 3
    with tf.control_dependencies([]), tf.profiler.experimental.Profile("logs"), tf.init_scope():
        assert tf.compat.as_text(b"a") == "a" and tf.compat.as_bytes("a") == b"a"
    assert tf.bitwise.bitwise_and(np.array([6]), np.array([3])).tolist() == [2]
    assert float(tf.timestamp()) > 1e9 and tf.no_op() is None
