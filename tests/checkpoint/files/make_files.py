"""Small weight files of every kind, for the tests beside this folder.

    python make_files.py torch    pytorch_model.bin in its variants (PyTorch)
    python make_files.py hdf5     tf_model.h5 in its variants (h5py)
    python make_files.py numpy    imdb.npz in its variants (numpy)

The numbers are the same everywhere: entry i of tensor t is (100 t + i) / 8.
"""

import os
import sys
from collections import OrderedDict

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPES = OrderedDict([("bert.encoder.layer.0.dense.weight", (3, 4)),
                      ("bert.embeddings.LayerNorm.weight", (4,)),
                      ("bert.embeddings.LayerNorm.bias", (4,)),
                      ("classifier.weight", (2, 4))])
OLD = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}


def place(name):
    return os.path.join(HERE, name)


def write_torch():
    import torch
    tensors = OrderedDict()
    for t, (name, shape) in enumerate(SHAPES.items()):
        count = 1
        for extent in shape:
            count *= extent
        tensors[name] = ((100 * t + torch.arange(count)) / 8).reshape(shape)
    torch.save(tensors, place("zip.bin"))
    torch.save(tensors, place("legacy.bin"), _use_new_zipfile_serialization=False)
    torch.save(tensors, place("protocol4.bin"), pickle_protocol=4)
    torch.save({k: v.half() for k, v in tensors.items()}, place("half.bin"))
    torch.save({k: v.bfloat16() for k, v in tensors.items()}, place("bfloat16.bin"))
    torch.save({k: v.double() for k, v in tensors.items()}, place("double.bin"),
               _use_new_zipfile_serialization=False)
    transposed = {k: v.t().contiguous().t() if v.dim() == 2 else torch.nn.Parameter(v)
                  for k, v in tensors.items()}
    torch.save(transposed, place("transposed.bin"))
    # One storage: the matrices are windows with gaps, the vectors every third number.
    shared, views, begin = torch.full((200,), -1.0), OrderedDict(), 1
    for name, value in tensors.items():
        window = (shared[begin:begin + 6 * value.shape[0]].view(-1, 6)[:, 1:5] if value.dim() == 2
                  else shared[begin:begin + 3 * len(value):3])
        window.copy_(value)
        views[name] = window
        begin += 30
    torch.save(views, place("shared.bin"))
    torch.save(views, place("shared_legacy.bin"), _use_new_zipfile_serialization=False)
    old = OrderedDict()
    for name, value in tensors.items():
        for new, spelling in OLD.items():
            name = name.replace(new, spelling)
        old[name] = value
    old["bert.embeddings.position_ids"] = torch.arange(6)[None]
    torch.save(old, place("old_names.bin"), _use_new_zipfile_serialization=False)
    numbers = {"i64": torch.int64, "i32": torch.int32, "i16": torch.int16, "i8": torch.int8,
               "u8": torch.uint8, "bool": torch.bool}
    torch.save({k: torch.tensor([1, 0, 1], dtype=v) for k, v in numbers.items()},
               place("integers.bin"))
    torch.save({"empty": torch.zeros(0, 4), "scalar": torch.tensor(2.5),
                "cube": torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1)}, place("ranks.bin"))
    torch.save([torch.zeros(2)], place("list.bin"))


def write_hdf5():
    import h5py
    import numpy

    def keras(name, kind="f4", **how):
        model = "tf_bert_for_sequence_classification"
        keras_names = [("bert", model + "/bert/encoder/layer_._0/dense/kernel:0"),
                       ("bert", model + "/bert/embeddings/LayerNorm/gamma:0"),
                       ("bert", model + "/bert/embeddings/LayerNorm/beta:0"),
                       ("classifier", model + "/classifier/kernel:0")]
        with h5py.File(place(name), "w") as file:
            file.attrs["layer_names"] = [b"bert", b"dropout_10", b"classifier"]
            file.attrs["backend"] = b"tensorflow"
            file.create_group("dropout_10")
            file.create_group("top_level_model_weights")
            for t, ((layer, key), shape) in enumerate(zip(keras_names, SHAPES.values())):
                values = (100 * t + numpy.arange(numpy.prod(shape))) / 8
                values = values.reshape(shape).astype(kind)
                file.require_group(layer)[key] = values.T if key.endswith("kernel:0") else values

    keras("keras.h5")
    keras("keras_half.h5", "f2")
    keras("keras_double.h5", "f8")
    keras("keras_big_endian.h5", ">f4")
    with h5py.File(place("shard.h5"), "w") as file:  # names as transformers shards them
        file["bert/pooler/dense/kernel:0"] = numpy.arange(6, dtype="f4").reshape(2, 3)
    with h5py.File(place("chunked.h5"), "w") as file:
        file.create_dataset("l/m/x/kernel:0", data=numpy.zeros((2, 2), "f4"), chunks=(1, 2))
    with h5py.File(place("soft_link.h5"), "w") as file:
        file["l/m/x"] = h5py.SoftLink("/elsewhere")
    with h5py.File(place("external_link.h5"), "w") as file:
        file["l/m/x"] = h5py.ExternalLink("keras.h5", "/bert")
    with h5py.File(place("external_data.h5"), "w") as file:
        file.create_dataset("l/m/x", shape=(2,), dtype="f4", external=[("zip.bin", 0, 8)])
    with h5py.File(place("cycle.h5"), "w") as file:
        for name in "ab":
            file["g/" + name] = file["/"]
    with h5py.File(place("text.h5"), "w") as file:
        file["l/m/x"] = b"words"


def write_numpy():
    import numpy

    def lists(*values):
        array = numpy.empty(len(values), dtype=object)
        array[:] = values
        return array

    arrays = {"x_train": lists([13, 150, 70000], [], [1, 2]), "y_train": numpy.array([1, 0, 1]),
              "x_test": lists([5], [6, 7]), "y_test": numpy.array([0, 1], dtype="u1")}
    numpy.savez(place("stored.npz"), **arrays)
    numpy.savez_compressed(place("deflated.npz"), **arrays)
    numpy.savez(place("matrix.npz"), x=numpy.arange(6, dtype="i4").reshape(2, 3),
                floats=numpy.zeros(2), words=lists("a", "b"),
                fortran=numpy.asfortranarray(numpy.arange(6).reshape(2, 3)))


if __name__ == "__main__":
    {"torch": write_torch, "hdf5": write_hdf5, "numpy": write_numpy}[sys.argv[1]]()
