"""Files: guarded readers, atomic writers. Knows names, arrays and plain data; no layer, no model.

`files` opens and replaces files, `text` reads and writes YAML and JSON, `hdf5` the Keras 2 weight and model files.
h5py and yaml are imported inside the functions that need them, because they cost 0.2 s at start.
"""
