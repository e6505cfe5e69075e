"""Texts that pictures carry: what is written is read, and what is damaged is refused in words."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from engine._files.files import MAX_TEXT_BYTES
from engine._files.kinds import MODEL_PICTURE, PICTURE, kind_of_bytes
from engine._files.picture_text import (
    KEYWORD,
    MAX_PICTURE_BYTES,
    NAMESPACE,
    chunk,
    png_with_note,
    png_with_text,
    read_picture,
    svg_with_text,
    text_in_picture,
)
from engine.errors import FileError
from engine.layers import Dense
from engine.models import Sequential, model_from_yaml
from engine.utils import model_to_dot, plot_model

TEXT = "class_name: Sequential\nconfig: {name: 'a<&>\"b', layers: []}\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
# What a text of a model may hold; control characters are written as escapes there.
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t"), max_size=900)


def png(**options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2)).save(buffer, "png", **options)
    return buffer.getvalue()


def model() -> Sequential:
    return Sequential([Dense(2, input_shape=(3,), name="first"), Dense(1, name="last & <best>")], name="both")


@settings(deadline=None)
@given(texts)
def test_a_png_gives_back_the_text_that_it_carries(text: str) -> None:
    assert text_in_picture(png_with_text(png(), text)) == text


@settings(deadline=None)
@given(texts.filter(lambda text: not {"\ufffe", "\uffff"} & set(text)))
def test_an_svg_gives_back_the_text_that_it_carries(text: str) -> None:
    assert text_in_picture(svg_with_text(SVG, text).encode()) == text


def test_a_text_that_xml_cannot_hold_is_left_out_of_an_svg() -> None:
    assert svg_with_text(SVG, "bell \x07") == SVG


def test_a_picture_that_carries_a_text_is_still_a_picture() -> None:
    with Image.open(io.BytesIO(png_with_text(png(), TEXT * 100))) as opened:
        opened.load()
        assert opened.size == (3, 2) and opened.text[KEYWORD.decode()] == TEXT * 100


@pytest.mark.parametrize("compressed", [False, True])
def test_the_text_is_read_also_where_another_program_has_written_the_picture_anew(compressed: bool) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text(KEYWORD.decode(), TEXT, zip=compressed)
    assert text_in_picture(png(pnginfo=info)) == TEXT
    spaced = svg_with_text(SVG, TEXT).replace("<experiment xmlns=", "<m:experiment xmlns:m=")
    prefixed = '<?xml version="1.0"?>\n<!-- drawn -->' + spaced.replace("</experiment>", "</m:experiment>")
    assert text_in_picture(prefixed.encode()) == TEXT


def test_a_picture_without_a_text_and_any_other_file_carry_none() -> None:
    for data in (png(), SVG.encode(), b"", b"a,b\n1,2\n", png()[:20], png_with_note(png(), "Author", "me")):
        assert text_in_picture(data) is None


def test_a_picture_is_known_as_one_of_a_model_by_its_content() -> None:
    assert kind_of_bytes(png_with_text(png(), TEXT)) is MODEL_PICTURE
    assert kind_of_bytes(svg_with_text(SVG, TEXT).encode()) is MODEL_PICTURE
    assert kind_of_bytes(png()) is PICTURE


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_plot_model_writes_a_picture_that_is_the_model_again(ending, tmp_path) -> None:
    path = tmp_path / f"model.{ending}"
    plot_model(model(), path)
    text = read_picture(path)
    assert text == model().to_yaml()
    assert [layer.name for layer in model_from_yaml(text).layers] == ["first", "last & <best>"]


def test_pictures_of_a_dot_text_carry_the_model_too() -> None:
    dot = model_to_dot(model())
    assert [text_in_picture(dot.create(format=form)) for form in ("svg", "png")] == [model().to_yaml()] * 2


def test_a_damaged_text_is_refused_with_what_was_expected() -> None:
    whole = png_with_text(png(), TEXT)
    changed = whole.replace(b"Sequential", b"Sequenzial")
    with pytest.raises(FileError, match="checksum"):
        text_in_picture(changed)
    with pytest.raises(FileError, match="checksum"):
        text_in_picture(whole[: whole.index(b"Sequential")])
    with pytest.raises(FileError, match=r"line \d.*XML of a picture"):
        text_in_picture(svg_with_text(SVG, TEXT).replace("</experiment>", "").encode())


def carrying(kind: bytes, content: bytes) -> bytes:
    whole = png()
    return whole[:33] + chunk(kind, KEYWORD + b"\0" + content) + whole[33:]


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        (b"iTXt", b"\1\0\0\0" + zlib.compress(bytes(MAX_TEXT_BYTES * 8)), "at most"),
        (b"zTXt", b"\0" + zlib.compress(bytes(MAX_TEXT_BYTES * 8)), "at most"),
        (b"iTXt", b"\1\0\0\0" + zlib.compress(b"text" * 400)[:-9], "packed to its end"),
        (b"iTXt", b"\1\0\0\0no zlib", "unpacked"),
        (b"iTXt", b"\1\0", "a language"),
        (b"tEXt", b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_bomb_and_a_broken_text_are_refused(kind, content, said) -> None:
    with pytest.raises(FileError, match=said):
        text_in_picture(carrying(kind, content))


def test_a_chunk_that_claims_more_than_there_is_is_no_text() -> None:
    cut = png()[:33] + struct.pack(">I", 2**31 - 1) + b"IDAT" + b"xx"
    assert text_in_picture(cut) is None
    with pytest.raises(FileError, match="checksum"):
        text_in_picture(png()[:33] + struct.pack(">I", 2**31 - 1) + b"tEXt" + KEYWORD + b"\0x")


def test_entities_of_a_picture_are_refused_and_nothing_is_fetched() -> None:
    bomb = (
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        f'<svg><experiment xmlns="{NAMESPACE}">&b;</experiment></svg>'
    )
    with pytest.raises(FileError, match="entit"):
        text_in_picture(bomb.encode())
    outside = f'<!DOCTYPE svg SYSTEM "http://127.0.0.1:9/x.dtd">{svg_with_text(SVG, TEXT)}'
    assert text_in_picture(outside.encode()) == TEXT


def test_a_picture_beyond_all_bounds_is_refused_unread() -> None:
    with pytest.raises(FileError, match="at most 32 MB"):
        text_in_picture(bytes(MAX_PICTURE_BYTES + 1))
    long = svg_with_text(SVG, "a" * (MAX_TEXT_BYTES + 1))
    with pytest.raises(FileError, match="at most"):
        text_in_picture(long.encode())
