"""The builder as a person sees it in the browser: words for gestures, and what is on the screen."""

import copy
import re

# Errors of the pages around us: Notebook 7's at its start (7.6), Voila's icons and extensions (0.5).
NOT_OURS = re.compile(
    r"schema|file ?browser|filebrowser|fontawesome|shared module|ipyparallel-labextension", re.IGNORECASE
)
# Voila's own page asks a server for its icons (0.5).
VOILA_ICONS = "/npm/@fortawesome/"


class BuilderPage:
    """One builder in a page; collects errors of the console and requests that leave the machine."""

    def __init__(self, page, forgive=False):
        self.page = page
        self.root = page.locator(".kw-root").first
        self.errors = []
        self.foreign = []

        def note(text):
            if not (forgive and NOT_OURS.search(text)):
                self.errors.append(text)

        page.on("pageerror", lambda error: note(str(error)))
        page.on("console", lambda m: note(f"{m.text} ({m.location.get('url')})") if m.type == "error" else None)
        page.on("request", lambda r: self.foreign.append(r.url) if self._leaves(r.url) else None)

    @staticmethod
    def _leaves(url):
        return url.startswith("http") and "127.0.0.1" not in url and VOILA_ICONS not in url

    def wait(self):
        """Until the builder is there."""
        self.page.wait_for_selector(".kw-root")
        self.root.scroll_into_view_if_needed()
        return self

    def view(self, number):
        """The same words for another builder of the page, or another view of this one, counted from 0."""
        other = copy.copy(self)
        other.root = self.page.locator(".kw-root").nth(number)
        return other

    def entry(self, class_name):
        """A layer in the palette; folded families are opened."""
        self.has_palette()
        found = self.root.get_by_test_id(f"kw-palette-{class_name}").first
        if found.count() == 0:
            for fold in self.root.locator(".kw-palette-fold[aria-expanded=false]").all()[::-1]:
                fold.click()
        found.scroll_into_view_if_needed()
        return found

    def has_palette(self):
        """Until the list of layers is there, which comes after the page around it."""
        self.root.locator(".kw-palette-list button").first.wait_for(state="attached")

    def add(self, class_name):
        """Click a layer in the palette, and wait for it on the canvas; the first of a model comes behind its Input."""
        before = self.nodes()
        self.entry(class_name).click()
        self.until(lambda: len(self.nodes()) > len(before))
        return [node for node in self.nodes() if node not in before][-1]

    def search(self, text):
        """Open the search box by its key and type; the rows that are found."""
        self.page.keyboard.press("/")
        self.root.get_by_test_id("kw-search").wait_for()
        self.page.keyboard.type(text)
        self.until(lambda: self.root.locator(".kw-search-row").count() > 0)

    def nodes(self):
        """Ids of the cards on the canvas."""
        return self.root.locator(".react-flow__node-card").evaluate_all("all => all.map(one => one.dataset.id)")

    def wires(self):
        """Ids of the wires on the canvas."""
        return self.root.locator(".react-flow__edge").evaluate_all("all => all.map(one => one.dataset.id)")

    def chosen(self):
        """Ids of chosen cards."""
        return self.root.locator(".react-flow__node-card.selected").evaluate_all(
            "all => all.map(one => one.dataset.id)"
        )

    def node(self, name):
        """The card of a node."""
        return self.root.locator(f'.react-flow__node[data-id="{name}"]')

    def state(self, name):
        """Whether a node is right, wrong or unfinished, as its card says it."""
        return self.root.get_by_test_id(f"kw-node-{name}").get_attribute("data-state")

    def shape(self, name):
        """As it stands on the card: 8×8×32."""
        return self.node(name).get_by_test_id("kw-node-shape").inner_text()

    def problems(self):
        """Sentences of the problems in the dock, which is opened for it."""
        tab = self.root.get_by_test_id("kw-dock-problems")
        if tab.get_attribute("aria-expanded") == "false":
            tab.click()
        return self.root.locator(".kw-dock").get_by_test_id("kw-problem").all_inner_texts()

    def press(self, name):
        """Press the button of this name."""
        self.root.get_by_role("button", name=name, exact=True).first.click()

    def command(self, name, on=None, under=None):
        """Choose a command of the context menu of a card, or of the canvas; under: the line that opens its menu."""
        if on is None:
            self.page.mouse.click(*self.canvas_point(0.98, 0.5), button="right")
        else:
            self.node(on).click(button="right")
        if under is not None:
            self.root.get_by_role("menuitem", name=under, exact=True).click()
        self.root.get_by_role("menuitem", name=name).click()

    def drag(self, start, end):
        """Drag with the mouse from one point to another, in steps as a hand does."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=6)
        mouse.move(*end, steps=8)
        mouse.up()

    def middle(self, locator):
        """The point in the middle of an element."""
        box = locator.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def overlaps(self):
        """Pairs of cards that lie on each other."""
        boxes = {node: self.node(node).bounding_box() for node in self.nodes()}

        def apart(a, b):
            beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
            return beside or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]

        return [(a, b) for a in boxes for b in boxes if a < b and not apart(boxes[a], boxes[b])]

    def settled(self):
        """Wait until the canvas no longer moves under the mouse."""
        seen = []
        self.until(lambda: seen.append((self._view(), self._place())) or (len(seen) > 4 and len(set(seen[-4:])) == 1))

    def _view(self):
        return self.root.locator(".react-flow__viewport").evaluate(
            "one => one.style.transform + one.querySelectorAll('.react-flow__handle').length"
        )

    def _place(self):
        """Where the canvas stands on the screen: the page around it may scroll or grow."""
        box = self.root.locator(".kw-canvas").bounding_box()
        return box["x"], box["y"], box["width"], box["height"]

    def port(self, name, side, index=0):
        """The point of a card's port on a canvas at rest; side: "top" or "bottom"."""
        self.settled()
        return self.middle(self.node(name).locator(f".react-flow__handle-{side}").nth(index))

    def connect(self, source, target, index=0):
        """Draw a wire from a layer's output to input number `index` of another."""
        self.drag(self.port(source, "bottom"), self.port(target, "top", index))

    def canvas_point(self, right, down):
        """A point of the canvas by shares of its width and height."""
        box = self.root.locator(".kw-canvas").bounding_box()
        return box["x"] + box["width"] * right, box["y"] + box["height"] * down

    def free_point(self):
        """A point of the canvas with nothing on it or right beside it."""
        self.settled()
        found = self.root.locator(".kw-canvas").evaluate(
            """canvas => {
              const box = canvas.getBoundingClientRect();
              const free = (x, y) => document.elementFromPoint(x, y)?.classList.contains("react-flow__pane");
              const around = [[0, 0], [-12, -12], [12, -12], [-12, 12], [12, 12]];
              for (let y = box.bottom - 60; y > box.top + 20; y -= 10)
                for (let x = box.right - 30; x > box.left + 20; x -= 10)
                  if (around.every(([dx, dy]) => free(x + dx, y + dy))) return [x, y];
              return null;
            }"""
        )
        assert found is not None, "there is no free place on the canvas"
        return found

    def wire_middle(self, source, target):
        """The middle of a straight wire between two cards, one below the other."""
        above, below = self.port(source, "bottom"), self.port(target, "top")
        return (above[0] + below[0]) / 2, (above[1] + below[1]) / 2

    def said(self):
        """What the canvas says was undone or done again."""
        found = self.root.get_by_test_id("kw-said")
        return found.inner_text().splitlines()[0] if found.count() else ""

    def undo(self):
        """By its key; waits until it is said, and gives the words."""
        before = self.root.get_by_test_id("kw-undo").get_attribute("title")
        self.page.keyboard.press("Control+z")
        self.until(lambda: self.said() == before.replace("Undo: ", "Undone: "))
        return self.said().removeprefix("Undone: ")

    def go(self, page):
        """To one of the pages: Build, Data, Train, Results, Runs, Code."""
        self.root.get_by_test_id(f"kw-page-{page.lower()}").click()

    def field(self, name):
        """A setting in the inspector."""
        return self.root.locator(f'.kw-inspector [data-field="{name}"]')

    def set(self, name, value):
        """Type a setting of the chosen layer and send it."""
        self.field(name).fill(value)
        self.page.keyboard.press("Enter")

    def train(self):
        """The main button."""
        self.root.get_by_test_id("kw-main").click()

    def text(self):
        """What is in the field on the Code page."""
        return self.root.get_by_test_id("kw-text").input_value()

    def run_state(self):
        """On the Train page."""
        found = self.root.get_by_test_id("kw-run-state")
        return found.first.inner_text() if found.count() else "idle"

    def points(self):
        """How many points the curves have."""
        return int(self.root.get_by_test_id("kw-dashboard").get_attribute("data-points"))

    def until(self, true, seconds=90):
        """Wait until something is true, while the page goes on; as long as the slowest machine may need for it."""
        for _ in range(int(seconds * 20)):
            if true():
                return
            self.page.wait_for_timeout(50)
        seen = {"page": self.root.inner_text()[:600], "nodes": self.nodes()}
        raise AssertionError(f"not within {seconds} s; there is: {seen}")

    def accessibility_violations(self, axe_source):
        """What axe finds in the widget (Jupyter's own page is not ours)."""
        self.page.add_script_tag(content=axe_source)
        found = self.page.evaluate("() => axe.run('.kw-root', {resultTypes: ['violations']})")
        return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]

    def check_clean(self):
        """Fail where the page wrote errors or asked for something from another machine."""
        if self.errors or self.foreign:
            raise AssertionError(f"errors: {self.errors}; requests that left the machine: {self.foreign}")
