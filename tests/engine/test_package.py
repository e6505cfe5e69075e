"""What importing costs, and what the package shows."""

import subprocess
import sys

import engine


def test_importing_the_engine_loads_nothing_heavy():
    program = (
        "import sys, engine, engine.models, engine.layers\n"
        "heavy = {'h5py', 'yaml', 'matplotlib', 'IPython', 'ipywidgets', 'sklearn', 'scipy', 'cupy'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_public_name_is_there():
    for name in engine.__all__:
        assert getattr(engine, name) is not None, name
