"""The front end's own checks: `python -m tests.frontend` runs the strict type check, the lint and its tests."""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "kwidgets" / "frontend"


def build_tools():
    """The build hook's functions, which know where Node is."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Install what is missing, then check."""
    tools = build_tools()
    node = tools.node_command()
    if not (FRONTEND / "node_modules" / "eslint").is_dir():
        script = tools.npm_script(node)
        npm = [*node, str(script)] if script else ["npm"]
        tools.run([*npm, "install", "--no-save", "--no-audit", "--no-fund"], FRONTEND)
    tools.run([*node, "node_modules/typescript/bin/tsc", "--noEmit"], FRONTEND)
    tools.run([*node, "node_modules/eslint/bin/eslint.js", "src"], FRONTEND)
    tools.run([*node, "node_modules/vitest/vitest.mjs", "run"], FRONTEND)
    return 0


if __name__ == "__main__":
    sys.exit(main())
