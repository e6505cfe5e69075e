"""`tf.io.decode_csv` and `CsvDataset`: columns in their types, defaults, quotation marks, what is refused."""

import gzip

import numpy as np
import pytest

from engine.errors import DataError


def test_lines_as_columns(compat):
    import tensorflow as tf

    lines = tf.constant(['1,2.5,"a, b"', "3,,c"])
    numbers, floats, texts = tf.io.decode_csv(lines, [tf.int32, [0.5], [""]])
    assert numbers.tolist() == [1, 3] and floats.tolist() == [2.5, 0.5] and texts.tolist() == [b"a, b", b"c"]
    assert floats.dtype == np.float32
    (only,) = tf.io.decode_csv("1;2", [[0]], field_delim=";", select_cols=[1])
    assert only.shape == () and int(only) == 2


@pytest.mark.parametrize(
    ("line", "defaults", "message"),
    [
        ("1,2", [[0]], "1 fields, found 2"),
        ("x", [[0]], "'x'"),
        (",1", [np.int32, [0]], "empty"),
    ],
)
def test_what_does_not_fit_is_refused(compat, line, defaults, message):
    import tensorflow as tf

    with pytest.raises(DataError, match=message):
        tf.io.decode_csv([line], defaults)


def test_rows_of_files(compat, tmp_path):
    import tensorflow as tf

    (tmp_path / "a.csv").write_text("x,y\n1,2\n3,4\n")
    with gzip.open(tmp_path / "b.csv", "wt") as file:
        file.write("5,6\n")
    rows = tf.data.experimental.CsvDataset(str(tmp_path / "a.csv"), [tf.float32, [0]], header=True)
    assert [(float(x), int(y)) for x, y in rows] == [(1, 2), (3, 4)]
    packed = tf.data.experimental.CsvDataset([str(tmp_path / "b.csv")], [[0], [0]], compression_type="GZIP")
    assert [tuple(map(int, row)) for row in packed] == [(5, 6)]
