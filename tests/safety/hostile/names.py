"""Names of layers: text of any kind is one, control characters and halves of characters are not."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .case import Case, in_every_form, layer, stack

KIND = "name"
HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<svg/onload=alert(1)>",
    "</script><script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<iframe src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "![x](http://localhost:1/x.png)",
    "**bold** `code` $math$ # head",
    "<!-- comment",
    "]]> <![CDATA[",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;b&gt; &amp; &#x3c;",
    '"; node [label="x"]; "',
    '\\"]; evil [URL="javascript:alert(1)"]',
    "<<table><tr><td>x</td></tr></table>>",
    "\\N \\G \\l \\r",
    "a/b/c",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\Windows\\x",
    "~/.ssh/id_rsa",
    "name:0",
    "a -> b",
    "{{7*7}} ${7*7} #{7*7} {% x %}",
    "{0.__class__} %s %n %(x)s",
    "'); __import__('os').system('x'); ('",
    '"""\nprint(1)\n"""'.replace("\n", " "),
    "' or '1'='1",
    "\\x41 \\u0041 \\",
    "!!python/name:os.system",
    "&anchor *alias !tag",
    "- a: b # c",
    "null",
    "yes",
    "1e3",
    "~",
    "\u202egnp.exe",
    "\u2066rtl\u2069",
    "zero\u200bwidth\u200djoin\ufeff",
    "a\u0300\u0301\u0302\u0303" * 20,
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "line\u2028separator\u2029paragraph",
    "עברית",
    "名前",
    " leading and trailing ",
    "x" * 256,
)
CONTROL = {
    "a NUL": "a\x00b",
    "a newline": "a\nb",
    "a return": "a\rb",
    "an ANSI escape": "\x1b[31mred\x1b]0;title\x07",
    "a bell": "a\x07",
    "a delete": "a\x7f",
    "a surrogate": "a\ud800",
    "an empty name": "",
}
NO_TEXTS = {"a number": 3, "a truth": True, "a list": ["a"], "a table": {"a": 1}, "a fraction": 0.5}


def cases() -> Iterator[Case]:
    """Every name in every form."""
    for number, name in enumerate(HOSTILE_NAMES):
        config = stack(layer("Dense", units=2, name=name))
        for one in in_every_form(f"name {number}", KIND, config, "read", builder="read"):
            if one.reader != "model.h5":
                yield one
    for what, bad in {**CONTROL, **NO_TEXTS}.items():
        yield from in_every_form(what, KIND, stack(layer("Dense", units=2, name=bad)), builder="refused")
    megabyte = stack(layer("Dense", units=2, name="x" * 2**20))
    yield Case("a megabyte", KIND, "model.json", json.dumps(megabyte).encode())
    yield Case("a megabyte", KIND, "builder.yaml", json.dumps(megabyte).encode())
