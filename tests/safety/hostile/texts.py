"""YAML and JSON that are no plain data: tags that run code, bombs, broken text."""

from __future__ import annotations

import json
from collections.abc import Iterator

from engine._files.files import MAX_TEXT_BYTES

from .case import Case, layer, stack

KIND = "YAML and JSON"
FULL = MAX_TEXT_BYTES - 16
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)
CODE = {
    "code by apply": "a: !!python/object/apply:os.mkdir [canary]\n",
    "code by new": "a: !!python/object/new:os.mkdir [canary]\n",
    "code by name": "a: !!python/name:os.system\n",
    "code by module": "!!python/module:os\n",
    "own tag": "a: !mine 1\n",
    "tag on a mapping": "!!python/object:collections.Counter {}\n",
    "tag by prefix": "%TAG ! tag:yaml.org,2002:python/\n--- !object/apply:os.mkdir [canary]\n",
    "tag in full": "a: !<tag:yaml.org,2002:python/object/apply:os.mkdir> [canary]\n",
    "a subprocess": "a: !!python/object/apply:subprocess.Popen [[touch, canary]]\n",
    "an extension of an object": "a: !!python/object/new:type {args: [x, !!python/tuple [], {extend: 1}]}\n",
    "bytes": "a: !!python/bytes aGk=\n",
    "a complex number": "a: !!python/complex 1+2j\n",
    "a float's own tag": "a: !!python/float 1.5x\n",
    "a key that is code": "!!python/object/apply:os.mkdir [canary]: 1\n",
    "a set": "a: !!set {x}\n",
    "binary": "a: !!binary aGk=\n",
    "ordered": "a: !!omap [x: 1]\n",
    "pairs": "a: !!pairs [x: 1]\n",
    "a time": "a: !!timestamp 2001-12-14\n",
}
YAML = {
    **CODE,
    "merge": "a: &x {b: 1}\nc:\n  <<: *x\n",
    "double key": "a: 1\na: 2\n",
    "second document": "a: 1\n---\nb: 2\n",
    "alias bomb": BOMB,
    "endless alias": "a: &x [1, *x]\n",
    "unknown alias": "a: *x\n",
    "list as key": "? [a]\n: 1\n",
    "nan": "a: .nan\n",
    "infinity": "a: -.inf\n",
    "long number": "a: " + "9" * 5000,
    "long sexagesimal": "a: 1" + ":1" * 10**6,
    "list": "[1]",
    "nothing": "",
    "NUL": "a: \x00",
    "brackets": "[" * FULL,
    "brackets below": "a: " + "[" * FULL,
    "braces": "{" * FULL,
    "dashes": "a:\n" + "- " * (FULL // 2),
    "question marks": "? " * (FULL // 2),
    "anchored brackets": "a: " + "&a [" * (FULL // 4),
    "tagged brackets": "a: " + "!!python/tuple [" * (FULL // 16),
    "nested flow": "{a: " * (FULL // 4),
    "indentation": "a:\n" + "".join(" " * i + "a:\n" for i in range(1, 3000)),
    "quotes": '"' * FULL,
    "bangs": "!" * FULL,
    "deep by alias": "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40,
    "too long": "#" * (MAX_TEXT_BYTES + 1),
}
JSON = {
    "double key": '{"a": 1, "a": 2}',
    "double key by escape": '{"a": 1, "\\u0061": 2}',
    "nan": '{"a": NaN}',
    "infinity": '{"a": [-Infinity]}',
    "brackets": "[" * FULL,
    "nested": '{"a":' * (FULL // 5),
    "quotes": '"' * FULL,
    "escaped quotes": '{"' + '\\"' * (FULL // 2 - 4),
    "closing": "]" * FULL,
    "long number": '{"a": ' + "9" * 5000 + "}",
    "surrogate": '{"a": "\\ud800"}',
    "tail": '{"a": 1} x',
    "list": "[1]",
    "nothing": "",
    "too long": " " * (MAX_TEXT_BYTES + 1),
}
# Code where a model has its settings; old files of Keras have tuples and unicode there.
INSIDE = "class_name: Sequential\nconfig:\n- class_name: Dense\n  config: {{units: {}, batch_input_shape: [null, 4]}}\n"
HONEST = {
    "a tuple of Keras 1": "class_name: Sequential\nconfig:\n- class_name: Dense\n  config:\n    units: 3\n"
    "    batch_input_shape: !!python/tuple [null, 4]\n    name: !!python/unicode 'd'\n",
    "an alias": "class_name: Sequential\nconfig:\n- class_name: Dense\n  config: {units: 3, batch_input_shape: &s [null, 4]}\n"
    "- class_name: Reshape\n  config: {target_shape: [3]}\n",
    "a comment": "# a model\nclass_name: Sequential\nconfig: []\n",
}


def cases() -> Iterator[Case]:
    """Every text for every reader of texts."""
    for name, text in YAML.items():
        yield Case(name, KIND, "model.yaml", text.encode())
    for name, text in CODE.items():
        inside = INSIDE.format(text.removeprefix("a: ").strip()).encode()
        for reader in ("experiment.yaml", "builder.yaml", "block.yaml"):
            yield Case(name, KIND, reader, text.encode())
        yield Case(f"{name} inside", KIND, "model.yaml", inside)
        yield Case(f"{name} inside", KIND, "builder.yaml", inside)
    for name, text in JSON.items():
        yield Case(name, KIND, "model.json", text.encode())
        yield Case(name, KIND, "tokenizer.json", text[: 2**16].encode(), "either")
    for name, text in HONEST.items():
        yield Case(name, KIND, "model.yaml", text.encode(), "read")
    whole = json.dumps(stack(layer("Dense", units=2)))
    yield Case("a byte order mark", KIND, "model.json", b"\xef\xbb\xbf" + whole.encode(), "read")
    for name, content in {
        "UTF-16": whole.encode("utf-16"),
        "Latin-1": b'{"a": "\xe9"}',
        "bytes": bytes(range(256)),
    }.items():
        for reader in ("model.json", "model.yaml", "experiment.yaml", "builder.yaml"):
            yield Case(name, KIND, reader, content)
