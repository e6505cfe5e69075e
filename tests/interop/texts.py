"""Models that begin with texts, exchanged with installed Keras 3 and tf_keras in both directions. --keras PYTHON [--only TEXT].

    python -m tests.interop.texts --keras PYTHON

Our model of each setting is saved and read there (.keras by Keras 3, HDF5 by tf_keras), and one of theirs is saved as .keras and
read here; predictions of texts that layers have not seen are compared.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from engine import layers, models
from engine.errors import SettingError

PEER = Path(__file__).with_name("texts_peer.py")
# format: library, ending of our files and of theirs; tf_keras writes no vocabulary into HDF5.
FORMS = {"keras": ("keras", ".keras", ".keras"), "tf.keras": ("tf_keras", ".h5", ".keras")}
LEARNT = ["The cat sat on the mat.", "A dog; a cat: and THE bird!", "birds sing -- sometimes", ""]
ASKED = ["the bird sat", "A cow sings!", "", "sometimes THE mat; the cat, the mat"]
# Name -> layer, settings. Its result goes into a dense layer, through an embedding where it is numbers of words.
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "words as places": ("TextVectorization", {"output_sequence_length": 6}),
    "few words": ("TextVectorization", {"max_tokens": 5, "output_sequence_length": 4}),
    "letters": ("TextVectorization", {"split": "character", "output_sequence_length": 8}),
    "as they are": ("TextVectorization", {"standardize": None, "output_mode": "multi_hot"}),
    "pairs": ("TextVectorization", {"ngrams": 2, "output_mode": "multi_hot"}),
    "pairs, counted": ("TextVectorization", {"ngrams": 2, "output_mode": "count", "standardize": "lower"}),
    "triples alone": ("TextVectorization", {"ngrams": (3,), "output_mode": "count"}),
    "pairs as places": ("TextVectorization", {"ngrams": (1, 2), "output_sequence_length": 7}),
    "weights of words": ("TextVectorization", {"output_mode": "tf_idf", "standardize": "strip_punctuation"}),
    "kinds": ("StringLookup", {"output_mode": "one_hot"}),
    "kinds, others hashed": ("StringLookup", {"output_mode": "one_hot", "num_oov_indices": 3}),
    "kinds as places": ("StringLookup", {"mask_token": "", "num_oov_indices": 1}),
    "hashes": ("Hashing", {"num_bins": 7}),
    "hashes of a mask": ("Hashing", {"num_bins": 7, "mask_value": "the bird sat"}),
}
CLOSE = 1e-5
NOT_THERE = "not there, as a sentence says"


def size_of(layer: Any, name: str, settings: dict[str, Any]) -> int:
    """How many numbers a layer may give."""
    return int(settings["num_bins"]) if name == "Hashing" else int(layer.vocabulary_size())


def built(keras: Any, name: str, settings: dict[str, Any], source: Any) -> Any:
    """The model of a case, by the engine's layers or by the library's: `source` gives its input."""
    layer = getattr(keras.layers, name)(**settings)
    if name != "Hashing":
        layer.adapt(np.array(LEARNT if name == "TextVectorization" else ["the bird sat", "A cow sings!", "", "x"]))
    text = source()
    y = layer(text)
    if settings.get("output_mode", "int") == "int":
        y = keras.layers.Embedding(size_of(layer, name, settings), 3)(y)
        y = keras.layers.Flatten()(y)
    return keras.Model(text, keras.layers.Dense(2)(y))


class _Ours:
    layers, Model = layers, models.Model


def ours(key: str) -> models.Model:
    """Our model of a case."""
    name, settings = CASES[key]
    np.random.seed(3)
    shape = (1,) if settings.get("output_mode", "int") == "int" else ()
    return built(_Ours, name, settings, lambda: layers.Input(shape, dtype="string"))


def asked(key: str) -> np.ndarray:
    """The texts that are compared, (N, 1) or (N,)."""
    texts = np.array(ASKED)
    return texts[:, None] if CASES[key][1].get("output_mode", "int") == "int" else texts


def compare(form: str, keys: list[str], python: str, folder: Path) -> list[tuple[str, str, str]]:
    """(case, direction, largest difference or what went wrong)."""
    library, ending, theirs = FORMS[form]
    jobs, expected = [], {}
    for number, key in enumerate(keys):
        stem = str(folder / f"{number}")
        model = ours(key)
        with contextlib.suppress(SettingError):  # the format cannot say it: nothing is written, which the peer tells
            model.save(f"{stem}{ending}", **({"save_format": "tf.keras"} if ending == ".h5" else {}))
        expected[key] = stem, model.predict(asked(key))
        jobs.append({"key": key, "ours": f"{stem}{ending}", "theirs": f"{stem}_theirs{theirs}", "stem": stem})
    (folder / "jobs.json").write_text(json.dumps(jobs))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([python, str(PEER), library, str(folder)], check=True, env=environment)
    rows = []
    for key, (stem, predictions) in expected.items():
        said = json.loads(Path(f"{stem}.json").read_text())
        is_there = Path(f"{stem}{ending}").exists()
        rows.append((key, "written", _difference(said["written"], predictions) if is_there else NOT_THERE))
        rows.append((key, "read", _read(said["read"], Path(f"{stem}_theirs{theirs}"), asked(key))))
    return rows


def _difference(said: Any, predictions: np.ndarray) -> str:
    if isinstance(said, str):
        return said
    theirs = np.asarray(said)
    return f"{np.abs(theirs - predictions).max():.1e}" if theirs.shape == predictions.shape else f"shape {theirs.shape}"


def _read(said: Any, path: Path, texts: np.ndarray) -> str:
    if isinstance(said, str):
        return f"not written there: {said}"
    try:
        return _difference(said, models.load_model(path).predict(texts))
    except Exception as error:  # what a person would see
        return f"{type(error).__name__}: {error}"[:300]


def main() -> int:
    """Compare all; 1 where one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keras", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    keys, bad = [key for key in CASES if options.only in key], 0
    for form in FORMS:
        with tempfile.TemporaryDirectory() as folder:
            for key, direction, difference in compare(form, keys, options.keras, Path(folder)):
                is_close = difference == NOT_THERE or (difference[:1].isdigit() and float(difference) <= CLOSE)
                bad += not is_close
                print(f"{form:14} {key:22} {direction:8} {difference}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
