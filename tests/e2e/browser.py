"""Finding and starting the browser of the browser tests."""

import contextlib
import os
import shutil
import tempfile

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWPORT = {"width": 1400, "height": 1100}


def find_browser():
    """Path of a Chromium: KW_CHROMIUM, one on the PATH, or Playwright's own; None when there is none."""
    found = os.environ.get("KW_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return found or playwrights_own()


def playwrights_own():
    """Path of the Chromium that `playwright install` downloaded, if it did."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and os.path.exists(path) else None


@contextlib.contextmanager
def started():
    """A browser with a fresh profile; gives its context."""
    from playwright.sync_api import sync_playwright

    path = find_browser()
    if path is None:
        raise RuntimeError("No Chromium found: run `python -m tests`, which installs one, or set KW_CHROMIUM.")
    profile = tempfile.mkdtemp(prefix="kw-profile-")
    # Chromium refuses to run as root with its sandbox, and containers often know no other user.
    flags = [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else FLAGS
    try:
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                profile, executable_path=path, headless=True, args=flags, viewport=VIEWPORT, accept_downloads=True
            )
            context.set_default_timeout(120_000)
            yield context
            context.close()
    finally:
        shutil.rmtree(profile, ignore_errors=True)
