"""Records and examples, as the tutorial of TensorFlow uses them; rows of several lengths; gradients of a program's own."""

import numpy as np
import pytest

from engine.errors import DataError, FileError, ShapeError


def example_of(tf, number, text, share):
    feature = {
        "number": tf.train.Feature(int64_list=tf.train.Int64List(value=[number])),
        "text": tf.train.Feature(bytes_list=tf.train.BytesList(value=[text])),
        "share": tf.train.Feature(float_list=tf.train.FloatList(value=[share])),
        "some": tf.train.Feature(int64_list=tf.train.Int64List(value=list(range(number)))),
    }
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


@pytest.mark.parametrize("kind", [None, "GZIP", "ZLIB"])
def test_records_are_written_read_and_trained_on(compat, tmp_path, kind):
    import tensorflow as tf

    path = str(tmp_path / "data.tfrecord")
    with tf.io.TFRecordWriter(path, kind) as writer:
        for number in range(8):
            writer.write(example_of(tf, number, b"odd" if number % 2 else b"even", number / 8))
    description = {
        "number": tf.io.FixedLenFeature([], tf.int64),
        "text": tf.io.FixedLenFeature([], tf.string, default_value=""),
        "share": tf.io.FixedLenFeature([1], tf.float32),
        "some": tf.io.VarLenFeature(tf.int64),
        "absent": tf.io.FixedLenFeature([], tf.float32, default_value=3.0),
    }
    raw = tf.data.TFRecordDataset([path], compression_type=kind)
    read = list(raw.map(lambda record: tf.io.parse_single_example(record, description)))
    assert [int(one["number"]) for one in read] == list(range(8))
    assert read[3]["text"].numpy() == b"odd" and float(read[2]["share"][0]) == 0.25 and float(read[0]["absent"]) == 3
    assert tf.sparse.to_dense(read[3]["some"]).tolist() == [0, 1, 2]
    (batch,) = raw.batch(8).map(lambda records: tf.io.parse_example(records, description))
    assert batch["share"].shape == (8, 1) and tf.sparse.to_dense(batch["some"]).shape == (8, 7)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(1,))])
    model.compile("sgd", "mse")
    model.fit(
        raw.map(lambda r: tf.io.parse_single_example(r, description)).map(lambda x: (x["share"], x["number"])).batch(4)
    )
    example = tf.train.Example()
    example.ParseFromString(next(iter(raw)).numpy())
    assert example.features.feature["text"].bytes_list.value == [b"even"] and "share" in repr(example)
    assert example.features.feature["text"].WhichOneof("kind") == "bytes_list"


def test_what_is_missing_or_no_record_is_said(compat, tmp_path):
    import tensorflow as tf

    data = example_of(tf, 3, b"x", 0.5)
    with pytest.raises(DataError, match=r"'age'.*found none"):
        tf.io.parse_single_example(data, {"age": tf.io.FixedLenFeature([], tf.int64)})
    with pytest.raises(DataError, match="2 values"):
        tf.io.parse_single_example(data, {"share": tf.io.FixedLenFeature([2], tf.float32)})
    (tmp_path / "no").write_bytes(b"no records at all")
    with pytest.raises(FileError):
        list(tf.data.TFRecordDataset(str(tmp_path / "no")))
    sequence = {"some": tf.io.FixedLenSequenceFeature([], tf.int64, allow_missing=True)}
    both = tf.constant([data, example_of(tf, 1, b"", 0.0)])
    assert tf.io.parse_example(both, sequence)["some"].tolist() == [[0, 1, 2], [0, 0, 0]]


def test_tensors_and_bytes(compat, tmp_path):
    import tensorflow as tf

    array = tf.constant([[1.5, 2.5]])
    assert tf.io.parse_tensor(tf.io.serialize_tensor(array), tf.float32).tolist() == [[1.5, 2.5]]
    tf.io.write_file(str(tmp_path / "b"), tf.io.serialize_tensor(array))
    assert tf.io.read_file(str(tmp_path / "b")).numpy() == tf.io.serialize_tensor(array).numpy()
    assert tf.io.decode_raw(b"\x01\0\x02\0", tf.int16).tolist() == [1, 2]
    assert tf.io.decode_raw(tf.constant("Duck"), tf.uint8).tolist() == [68, 117, 99, 107]
    assert tf.constant(b"ends in zero\0").numpy() == b"ends in zero\0"


def test_rows_of_several_lengths(compat):
    import tensorflow as tf

    # tensorflow.org/guide/ragged_tensor
    digits = tf.ragged.constant([[3, 1, 4, 1], [], [5, 9, 2], [6], []])
    words = tf.ragged.constant([["So", "long"], ["thanks", "for", "all", "the", "fish"]])
    assert (digits + 3).to_list() == [[6, 4, 7, 4], [], [8, 12, 5], [9], []]
    assert (digits * digits).to_list()[2] == [25, 81, 4] and digits.shape == (5, None) and len(digits) == 5
    assert words.to_list()[0] == [b"So", b"long"] and words[1][2].numpy() == b"all"
    assert digits[:, :2].to_list() == [[3, 1], [], [5, 9], [6], []] and digits[1:3].to_list() == [[], [5, 9, 2]]
    assert digits.to_tensor(default_value=-1).tolist()[3] == [6, -1, -1, -1]
    assert digits.to_tensor(shape=(None, 2)).shape == (5, 2) and digits.bounding_shape().tolist() == [5, 4]
    assert digits.row_lengths().tolist() == [4, 0, 3, 1, 0] and digits.nrows() == 5
    assert tf.sparse.to_dense(digits.to_sparse()).tolist() == digits.to_tensor().tolist()
    assert tf.ragged.map_flat_values(lambda x: x * 2, digits).to_list()[3] == [12]
    for made in (
        tf.RaggedTensor.from_value_rowids([3, 1, 4, 1, 5, 9, 2], [0, 0, 0, 0, 2, 2, 3]),
        tf.RaggedTensor.from_row_lengths([3, 1, 4, 1, 5, 9, 2], [4, 0, 2, 1]),
        tf.RaggedTensor.from_row_splits([3, 1, 4, 1, 5, 9, 2], [0, 4, 4, 6, 7]),
    ):
        assert made.to_list() == [[3, 1, 4, 1], [], [5, 9], [2]]
    padded = [[1, 3, 0], [2, 0, 0], [4, 5, 6]]
    assert tf.RaggedTensor.from_tensor(padded, padding=0).to_list() == [[1, 3], [2], [4, 5, 6]]
    deep = tf.ragged.constant([[[1, 2], [3]], [], [[4]]])
    assert deep.ragged_rank == 2 and deep.to_list() == [[[1, 2], [3]], [], [[4]]] and deep[0, 1].tolist() == [3]
    assert deep.to_tensor().shape == (3, 2, 2)
    assert [row.tolist() for row in tf.data.Dataset.from_tensor_slices(digits)] == digits.to_list()
    with pytest.raises(ShapeError, match="rising"):
        tf.RaggedTensor.from_row_splits([1], [0, 2, 1])
    with pytest.raises(ShapeError, match="same lengths"):
        digits + tf.ragged.constant([[1]])


def test_elements_by_their_places(compat):
    import tensorflow as tf

    sparse = tf.SparseTensor(indices=[[1, 2], [0, 0]], values=[2, 1], dense_shape=[3, 4])
    assert tf.sparse.to_dense(tf.sparse.reorder(sparse)).tolist() == [[1, 0, 0, 0], [0, 0, 2, 0], [0, 0, 0, 0]]
    assert tf.sparse.from_dense([[0, 5], [0, 0]]).indices.tolist() == [[0, 1]]
    assert tf.sparse.sparse_dense_matmul(sparse, np.ones((4, 1), int)).tolist() == [[1], [2], [0]]
    with pytest.raises(DataError, match="one outside"):
        tf.sparse.to_dense(tf.SparseTensor([[5, 0]], [1], [3, 4]))


def test_gradients_of_a_programs_own(compat):
    import tensorflow as tf

    # tensorflow.org/guide/advanced_autodiff
    @tf.custom_gradient
    def clip_gradients(y):
        def backward(dy):
            return tf.clip_by_norm(dy, 0.5)

        return y, backward

    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        output = clip_gradients(v * v)
    assert float(tape.gradient(output, v)) == 2.0  # 4, clipped to 0.5 of 1

    @tf.custom_gradient
    def two(a, b):
        return a * b, lambda dy: (dy * 10.0, None)

    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = two(x, v) * 3
    assert tape.gradient(y, x).tolist() == [30.0, 30.0] and two(x, x).tolist() == [1.0, 4.0]


def test_arrays_of_loops_and_letters_of_texts(compat):
    import tensorflow as tf

    kept = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for i in range(3):
        kept = kept.write(i, tf.constant([float(i)]))
    assert kept.stack().tolist() == [[0.0], [1.0], [2.0]] and kept.concat().tolist() == [0.0, 1.0, 2.0]
    assert int(kept.size()) == 3 and kept.read(1).tolist() == [1.0]
    assert tf.TensorArray(tf.float32, size=2).unstack([[1.0], [2.0]]).read(1).tolist() == [2.0]
    assert tf.strings.split(["a b", "c"]).to_tensor().tolist() == [[b"a", b"b"], [b"c", b""]]
    assert tf.strings.unicode_decode("hé", "UTF-8").tolist() == [104, 233]
    assert tf.strings.bytes_split(["ab", "c"]).to_list() == [[b"a", b"b"], [b"c"]]
