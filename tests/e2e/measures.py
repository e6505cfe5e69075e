"""What can be measured of the builder on the screen: sizes of letters, wires and cards, texts that are cut, pictures."""

import os
from io import BytesIO
from pathlib import Path

AXE = Path(__file__).resolve().parents[2] / "kwidgets" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LARGEST = 250_000

# Per card: font height of its class name in px, and whether it lies wholly on the canvas, clear of the tools.
CARDS = """() => {
  const canvas = document.querySelector('.kw-canvas').getBoundingClientRect();
  const tools = [...document.querySelectorAll('.kw-zoom-bar, .react-flow__minimap')].map(one => one.getBoundingClientRect());
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  return [...document.querySelectorAll('.kw-card')].map(card => {
    const box = card.getBoundingClientRect(), zoom = box.width / card.offsetWidth;
    const inside = box.left >= canvas.left && box.right <= canvas.right && box.top >= canvas.top && box.bottom <= canvas.bottom;
    const letters = parseFloat(getComputedStyle(card.querySelector('.kw-card-title')).fontSize) * zoom;
    return {letters, inside, covered: inside && tools.some(tool => !apart(box, tool))};
  });
}"""

# Wires that run under a card: points of every way, each 8 px, that lie deeper than 3 px in a card.
UNDER_CARDS = """() => {
  const deep = 3, step = 8;
  const cards = [...document.querySelectorAll('.react-flow__node-card')].map(
    one => [one.dataset.id, one.querySelector('.kw-card').getBoundingClientRect()]);
  const within = (point, box) =>
    point.x > box.left + deep && point.x < box.right - deep && point.y > box.top + deep && point.y < box.bottom - deep;
  const found = [];
  for (const edge of document.querySelectorAll('.react-flow__edge')) {
    const path = edge.querySelector('.react-flow__edge-path'), place = path.getScreenCTM(), length = path.getTotalLength();
    for (let at = 0; at <= length; at += step) {
      const point = path.getPointAtLength(at).matrixTransform(place);
      const under = cards.find(([, box]) => within(point, box));
      if (under) { found.push(`${edge.dataset.id} under ${under[0]}`); break; }
    }
  }
  return found;
}"""

IDS_TWICE = """() => {
  const ids = [...document.querySelectorAll('.kw-root [id]')].map(one => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""

# Texts of which a part cannot be seen and which neither end in an ellipsis with the whole in a title nor scroll.
CUT_TEXTS = """() => {
  const root = document.querySelector('.kw-root'), found = [];
  const titled = one => one.closest('[title]') !== null;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, range = document.createRange();
    if (text.textContent.trim() === '' || text.parentElement.closest('.kw-hidden, select, textarea, [aria-hidden=true]')) continue;
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.width === 0 || getComputedStyle(text.parentElement).visibility === 'hidden') continue;
    for (let one = text.parentElement; one !== root.parentElement; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (one.matches('.react-flow') || /auto|scroll/.test(style.overflowX)) break;
      const around = one.getBoundingClientRect();
      if (style.overflowX === 'visible' || (box.right <= around.right + 1 && box.left >= around.left - 1)) continue;
      if (style.textOverflow === 'ellipsis' && titled(one)) break;
      found.push(`${text.parentElement.className}: ${text.textContent.trim().slice(0, 60)}`);
      break;
    }
  }
  return found;
}"""


def cut_texts(builder):
    """Texts that their element cuts off."""
    return builder.page.evaluate(CUT_TEXTS)


def height(builder):
    """The height of the builder in pixels."""
    return builder.page.locator(".kw-root").first.evaluate("one => one.getBoundingClientRect().height")


def violations(builder):
    """What axe finds wrong for people who do not see the page or use no mouse."""
    return builder.accessibility_violations(AXE.read_text(encoding="utf-8"))


def take_picture(builder, name):
    """Write the builder as docs/screens/NAME.png when KW_SCREENS names that folder; in few colours where it is large."""
    folder = os.environ.get("KW_SCREENS")
    if folder is None:
        return
    from PIL import Image

    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    shot = Image.open(BytesIO(builder.page.locator(".kw-root").first.screenshot(animations="disabled"))).convert("RGB")
    shot.save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        shot.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def look_at(builder, name):
    """No text is cut, nobody is shut out; a picture for the docs, as `take_picture` writes it."""
    assert violations(builder) == [] and cut_texts(builder) == []
    builder.page.mouse.move(0, 0)
    take_picture(builder, name)
