"""Parts of words as numbers, by the package tokenizers: what is frequent together becomes one part (byte pair encoding)."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from ..errors import FileError, SettingError, shorten
from ..types import Config

_NOTHING, _UNKNOWN = "[PAD]", "[UNK]"


def learned(texts: Iterable[str], most: int) -> Config:
    """Parts of words that some texts are made of, in small letters.

    Args:
        texts: the texts.
        most: how many parts at most, besides 0 for nothing and 1 for what is unknown.

    Returns:
        Plain data: the "parts" in the order of their numbers, and which two become one ("pairs"), the most frequent first.

    Raises:
        SettingError: the package is not installed.

    Example:
        >>> parts = learned(["low lower lowest"] * 9, 12)
        >>> parts["parts"][2:7], numbers_of(parts, ["lower", "zz"])
        (['e', 'l', 'o', 'r', 's'], [[13], [1, 1]])
    """
    library = _library()
    made = _around(library.models.BPE(unk_token=_UNKNOWN))
    trainer = library.trainers.BpeTrainer(vocab_size=most + 2, special_tokens=[_NOTHING, _UNKNOWN], show_progress=False)
    made.train_from_iterator(texts, trainer)
    model = json.loads(made.to_str())["model"]
    return {"parts": sorted(model["vocab"], key=model["vocab"].get), "pairs": [list(pair) for pair in model["merges"]]}


def numbers_of(parts: object, texts: Sequence[str]) -> list[list[int]]:
    """The numbers of the parts of each text.

    Args:
        parts: what `learned` gave.
        texts: the texts.

    Returns:
        Numbers from 1 on, in order.

    Raises:
        FileError: it is none of that.
        SettingError: the package is not installed.
    """
    library = _library()
    names, pairs = (parts.get("parts"), parts.get("pairs")) if isinstance(parts, Mapping) else (None, None)
    try:
        # Nothing else of a tokenizer comes from outside.
        vocabulary = {str(name): number for number, name in enumerate(cast("Sequence[object]", names))}
        merged = [(str(first), str(second)) for first, second in cast("Sequence[Sequence[object]]", pairs)]
        made = _around(library.models.BPE(vocab=vocabulary, merges=merged, unk_token=_UNKNOWN))
    except Exception as error:  # the package has no class of errors of its own
        raise FileError(
            where="preparation, step tokens", expected="parts of words and their pairs", actual=shorten(str(error))
        ) from error
    return [one.ids for one in made.encode_batch(list(texts), add_special_tokens=False)]


def _around(model: Any) -> Any:
    """A tokenizer with a model: small letters, words by themselves."""
    library = _library()
    made = library.Tokenizer(model)
    made.normalizer = library.normalizers.Sequence([library.normalizers.NFKC(), library.normalizers.Lowercase()])
    made.pre_tokenizer = library.pre_tokenizers.Whitespace()
    return made


def _library() -> Any:
    try:
        library: Any = importlib.import_module("tokenizers")
    except ImportError as error:
        raise SettingError(
            where="step tokens",
            expected="the package tokenizers, which tells parts of words",
            actual="none",
            hint="Install it with: pip install 'kwidgets[subwords]'. Or number whole words: by='words'.",
        ) from error
    return library
