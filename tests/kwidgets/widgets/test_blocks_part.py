"""One's own blocks, as the pages of several builders show them."""

from kwidgets import Builder

from ..wire import LONG, Wire


def test_blocks_are_shown_in_every_open_builder_whoever_changed_them(tmp_path, monkeypatch):
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path))
    builders = [Builder(template="digits_perceptron") for _ in range(3)]
    wires = [Wire(builder.view) for builder in builders]
    builders[2].close()

    def shown():
        assert all(builder.view.settled(LONG) for builder in builders[:2])
        return [[entry["name"] for entry in builder.view.blocks] for builder in builders]

    node = next(card["id"] for card in wires[0].cards() if card["class_name"] == "Dense")
    assert wires[0].say("save_block", nodes=[node], name="mine")["ok"]
    assert shown() == [["mine"], ["mine"], []]
    # Another kernel or a person removed and added files: a search tells all palettes.
    text = (tmp_path / "blocks" / "mine.yaml").read_text()
    (tmp_path / "blocks" / "mine.yaml").unlink()
    (tmp_path / "blocks" / "theirs.yaml").write_text(text)
    found = wires[1].say("search", text="theirs", after=None, wire=None)["rows"]
    assert [row["title"] for row in found if row["section"] == "block"] == ["theirs"]
    assert shown()[:2] == [["theirs"], ["theirs"]]
    # What adding one would do is told, and what went away meanwhile is refused.
    brings = wires[1].say("consequences", command={"do": "add_block", "name": "theirs", "after": node})
    assert brings["ok"] and brings["impossible"] is None
    assert "no block" in wires[1].say("consequences", command={"do": "add_block", "name": "mine"})["refused"]
    assert "table" in wires[1].say("consequences", command="add")["refused"]
    for builder in builders[:2]:
        builder.close()


def test_a_block_without_a_name_gets_one_that_is_free(tmp_path, monkeypatch):
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path))
    builder = Builder(template="digits_perceptron")
    wire = Wire(builder.view)
    node = next(card["id"] for card in wire.cards() if card["class_name"] == "Dense")
    for name in ("  ", None):
        assert wire.say("save_block", nodes=[node], name=name)["ok"]
    assert [entry["name"] for entry in builder.view.blocks] == ["block_1", "block_2"]
    assert wire.say("remove_block", name="block_1")["ok"]
    assert [entry["name"] for entry in builder.view.blocks] == ["block_2"]
    builder.close()
