"""Texts, and how they are turned into numbers: settings of `TextVectorization` and `StringLookup`."""

TEXTS = [
    "The cat sat on the mat.",
    "A dog; a cat: and THE bird!",
    "birds can't sing, dogs sing -- sometimes",
    "zebra apple mat on on",
]
QUERIES = ["the dog sang on a mat", "unknown words, can't be-found", ""]
CASES = {
    "int": ("TextVectorization", {}),
    "int_of_length": ("TextVectorization", {"output_sequence_length": 4, "max_tokens": 8}),
    "lower": ("TextVectorization", {"standardize": "lower"}),
    "characters": ("TextVectorization", {"split": "character", "standardize": "strip_punctuation"}),
    "ngrams": ("TextVectorization", {"ngrams": 2}),
    "ngrams_of_two": ("TextVectorization", {"ngrams": [2], "standardize": None}),
    "multi_hot": ("TextVectorization", {"output_mode": "multi_hot", "max_tokens": 9}),
    "count": ("TextVectorization", {"output_mode": "count"}),
    "tf_idf": ("TextVectorization", {"output_mode": "tf_idf", "max_tokens": 10}),
    "lookup": ("StringLookup", {}),
    "lookup_masked": ("StringLookup", {"mask_token": "dog", "max_tokens": 7}),
    "lookup_one_hot": ("StringLookup", {"output_mode": "one_hot"}),
    "lookup_count": ("StringLookup", {"output_mode": "count"}),
}


def given(name):
    """What is learnt from, and what is asked for."""
    if name == "TextVectorization":
        return TEXTS, QUERIES
    return [*TEXTS[0].split(), *TEXTS[0].split(), *TEXTS[3].split(), "dog"], ["the", "mat", "dog", "moon"]


def settings(config):
    """Settings as constructors take them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
