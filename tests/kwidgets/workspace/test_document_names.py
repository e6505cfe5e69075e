"""Any text is a name, and no two names share a folder on any file system."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.refused import Refused
from kwidgets.workspace.document_names import MOST_LETTERS, checked_name, key_of

HARD = [
    "digits", "Digits", "DIGITS", "a/b", "a\\b", "../../etc", ".", "..", "...", "con", "CON", "aux.txt", "nul", "com1",
    "x" * 300, "X" * 300, "🙂", "🙂🙂", "數字", "name.", "name ", "a:b", "a*b?", "~/work/a.ipynb, cell 3f", "-rf", "%00",
]  # fmt: skip


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=400))
def test_a_folder_has_letters_that_every_file_system_takes(name):
    key = key_of(name)
    assert re.fullmatch(r"[a-z0-9_]{1,32}-[0-9a-f]{12}", key)


def test_hard_names_have_folders_of_their_own():
    names = [checked_name(name) for name in HARD]
    assert len({key_of(name).lower() for name in names}) == len(set(names))


def test_the_same_word_in_two_spellings_of_unicode_is_one_name():
    composed, split = unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é")
    assert composed != split
    assert checked_name(composed) == checked_name(split)


def test_spaces_around_a_name_are_not_part_of_it():
    assert checked_name("  digits ") == "digits"


@pytest.mark.parametrize("name", ["", "   ", None, 3, "a\nb", "a\0b", "\ud800", "x" * (MOST_LETTERS + 1)])
def test_what_cannot_be_a_name_is_refused_in_words(name):
    with pytest.raises(Refused, match="name of a document"):
        checked_name(name)
