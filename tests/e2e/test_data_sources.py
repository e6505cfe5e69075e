"""Every kind of source on the Data page, several in one kernel: opened, said what it is, fitting the model; and a second one."""

from tests.e2e import measures

CELL = (
    "import h5py\nimport numpy as np\nimport pandas as pd\nimport polars as pl\nimport pyarrow as pa\n"
    "from sklearn.datasets import load_diabetes\nfrom kwidgets import Builder\n"
    "from engine.layers import Dense\nfrom engine.models import Sequential\n"
    "rng = np.random.default_rng(0)\n"
    "def made(rows):\n"
    "    x = rng.normal(size=(rows, 3)).round(3)\n"
    "    return {'a': x[:, 0], 'b': x[:, 1], 'c': x[:, 2], 'rent': x.sum(1)}\n"
    "flats, later, diabetes = pd.DataFrame(made(200)), pa.table(made(50)), load_diabetes()\n"
    "homes, newer = pl.DataFrame(made(150)), pl.DataFrame(made(40))\n"
    "flats.to_parquet('flats.parquet')\n"
    "later.to_pandas().to_csv('later.csv', index=False, sep=';')\n"
    "for name, rows in (('train', 200), ('measured', 50)):\n"
    "    x = rng.normal(size=(rows, 3)).astype('float32')\n"
    "    y = x.sum(1, keepdims=True)\n"
    "    np.savez(f'{name}.npz', x=x, y=y)\n"
    "    with h5py.File(f'{name}.h5', 'w') as file:\n"
    "        file['x'], file['y'] = x, y\n"
    "pd.DataFrame({'a': [1.0], 'rent': [2.0]}).to_csv('narrow.csv', index=False)\n"
    "model = Sequential([Dense(1, input_shape=(3,), name='rent')])\nmodel.compile('adam', 'mse')\n"
    "b = Builder(model)\nb.set_data(validation_split=0.2)\nb"
)

# 160 GB that are a hole on the disk: what is read of them are zeros.
BEYOND = (
    "import h5py\nfrom kwidgets import Builder\nfrom engine.layers import Dense\nfrom engine.models import Sequential\n"
    "with h5py.File('larger.h5', 'w') as file:\n"
    "    for name, columns in (('x', 1000), ('y', 1)):\n"
    "        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)\n"
    "        how.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)\n"
    "        how.set_fill_time(h5py.h5d.FILL_TIME_NEVER)\n"
    "        space = h5py.h5s.create_simple((40_000_000, columns))\n"
    "        h5py.h5d.create(file.id, name.encode(), h5py.h5t.IEEE_F32LE, space, how)\n"
    "model = Sequential([Dense(1, input_shape=(1000,), name='rent')])\nmodel.compile('adam', 'mse')\n"
    "b = Builder(model)\nb.set_data(validation_split=0.2)\nb"
)


def opens(builder, path):
    builder.root.get_by_role("radio", name="File or folder").click()
    builder.root.get_by_test_id("kw-path").fill(path)
    builder.page.keyboard.press("Enter")


def fits(builder, rows):
    """The data have so many rows to train on and fit the model."""
    bar = builder.root.locator(".kw-split-train").first
    builder.until(lambda: builder.root.get_by_test_id("kw-data-fits").count() == 1)
    builder.until(lambda: str(rows) in bar.inner_text())


def takes(builder, path):
    """A second source whose rows are measured."""
    field = builder.root.get_by_test_id("kw-validation-path")
    if field.count() == 0:
        builder.root.get_by_test_id("kw-validation-open").click()
    field.fill(path)
    builder.page.keyboard.press("Enter")


def test_frames_and_files_of_every_format_and_a_second_one_that_measures(open_builder, light):
    builder = open_builder(light, "data_sources", CELL)
    builder.go("Data")
    root = builder.root
    said = root.get_by_test_id("kw-validation-of")
    # What scikit-learn loads; a frame of pandas, and one of arrow that is measured.
    root.get_by_test_id("kw-source").select_option(label="diabetes (frame)")
    builder.until(lambda: "442" in root.get_by_test_id("kw-table").inner_text())
    root.get_by_test_id("kw-source").select_option(label="flats (frame)")
    fits(builder, 144)
    takes(builder, "later")
    builder.until(lambda: said.count() == 1 and said.inner_text() == "validation: later")
    fits(builder, 180)
    assert root.get_by_test_id("kw-validation-split").count() == 0
    # Frames of polars, the second one too.
    root.get_by_test_id("kw-source").select_option(label="homes (frame)")
    fits(builder, 108)
    takes(builder, "newer")
    builder.until(lambda: said.count() == 1 and said.inner_text() == "validation: newer")
    fits(builder, 135)
    # Parquet; a table without the columns is refused and changes nothing; then CSV with other separators.
    opens(builder, "flats.parquet")
    fits(builder, 144)
    takes(builder, "narrow.csv")
    builder.until(lambda: "narrow.csv" in root.locator(".kw-path-refused").inner_text())
    assert "'b'" in root.locator(".kw-path-refused").inner_text()
    fits(builder, 144)
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    takes(builder, "later.csv")
    builder.until(lambda: said.count() == 1 and "later.csv" in said.inner_text())
    fits(builder, 180)
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    root.get_by_role("button", name="A share instead").click()
    fits(builder, 144)
    root.get_by_test_id("kw-undo").click()
    fits(builder, 180)
    # Arrays of npz and HDF5, each measured on a second file of its format.
    for ending in ("npz", "h5"):
        opens(builder, f"train.{ending}")
        fits(builder, 160)
        takes(builder, f"measured.{ending}")
        own = root.get_by_test_id("kw-split-own")
        builder.until(lambda own=own: own.count() == 1 and "50" in own.inner_text())
        fits(builder, 200)
    builder.train()
    builder.until(lambda: builder.run_state() == "finished")


def test_a_file_of_arrays_beyond_the_memory_is_shown_by_some_rows_and_trained_on(open_builder, light):
    builder = open_builder(light, "beyond", BEYOND)
    builder.go("Data")
    opens(builder, "larger.h5")
    fits(builder, "32,000,000")
    card = builder.root.get_by_test_id("kw-array-rent_input")
    builder.until(lambda: "read while it is trained" in card.inner_text())
    assert measures.violations(builder) == [] and measures.cut_texts(builder) == []
    builder.train()
    builder.until(lambda: builder.run_state() == "running")
    builder.press("Stop")
    builder.until(lambda: builder.run_state() == "stopped")
