"""`tf.distribute`: a program for several replicas runs on one, and trains as without."""

import numpy as np


def test_a_training_loop_for_replicas_does_what_one_without_does(compat):
    import tensorflow as tf

    x, y = np.random.default_rng(0).normal(size=(8, 3)).astype("float32"), np.ones((8, 1), "float32")
    strategy = tf.distribute.MirroredStrategy(["GPU:0", "GPU:1"])
    assert strategy.num_replicas_in_sync == 1
    with strategy.scope():
        model = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(1)])
        optimizer = tf.keras.optimizers.SGD(0.1)
    start = model.get_weights()
    data = strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices((x, y)).batch(8))

    def step(inputs):
        pictures, labels = inputs
        with tf.GradientTape() as tape:
            each = tf.reduce_mean(tf.square(model(pictures, training=True) - labels), -1)
            loss = tf.nn.compute_average_loss(each, global_batch_size=8)
        optimizer.apply_gradients(
            zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables, strict=True)
        )
        return loss

    @tf.function
    def distributed_step(batch):
        each = strategy.run(step, args=(batch,))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, each, axis=None)

    losses = [float(distributed_step(batch)) for batch in data]
    other = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(1)])
    other.set_weights(start)
    other.compile(tf.keras.optimizers.SGD(0.1), "mse")
    np.testing.assert_allclose(losses[0], other.train_on_batch(x, y), rtol=1e-5)
    for ours, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_names_around_a_strategy(compat):
    import tensorflow as tf

    strategy = tf.distribute.get_strategy()
    values = np.array([1.0, 3.0])
    assert strategy.reduce("MEAN", values, axis=0) == 2 and strategy.reduce("SUM", 5.0) == 5.0
    assert tf.distribute.get_replica_context().all_reduce("SUM", 2.0) == 2.0
    assert strategy.experimental_local_results(1) == (1,)
    made = strategy.distribute_datasets_from_function(
        lambda context: tf.data.Dataset.range(context.get_per_replica_batch_size(4))
    )
    assert len(made) == 4
    assert tf.distribute.OneDeviceStrategy("/cpu:0").run(lambda a, b: a + b, (1,), {"b": 2}) == 3
