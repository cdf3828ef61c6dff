"""Arrays on disk: what is written is read, nothing is pickled, and a torn write leaves nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from benchmarks.certificates.arrays import Reader, is_complete, read_stages, write_stage
from tests.benchmarks.certificates.samples import SHORT, numpy_arrays

ARRAYS = st.dictionaries(
    st.sampled_from(["logits", "gradient/hidden_0/kernel", "loss", "run 0/1/norm_0/gamma"]),
    st_numpy.arrays(
        st.sampled_from([np.float32, np.float64, np.int64]), st_numpy.array_shapes(min_dims=0, max_dims=3, min_side=0)
    ),
    min_size=1,
)


@given(arrays=ARRAYS)
def test_round_trip(tmp_path_factory, arrays):
    folder = tmp_path_factory.mktemp("arrays")
    write_stage(folder, "function", arrays)
    read = read_stages(folder, SHORT)["function"]
    assert list(read) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == array.dtype


def test_complete_when_every_stage_is_there(tmp_path):
    left = numpy_arrays(SHORT)
    for stage, arrays in left.items():
        assert not is_complete(tmp_path, SHORT)
        write_stage(tmp_path, stage, arrays)
    assert is_complete(tmp_path, SHORT)


def test_objects_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"[Oo]bject|pickle"):
        write_stage(tmp_path, "function", {"sly": np.array([{}], dtype=object)})
    assert read_stages(tmp_path, SHORT) == {}


def test_a_reader_reads_each_file_once(tmp_path):
    write_stage(tmp_path, "function", {"loss": np.array(1.0)})
    read = Reader()
    assert read(tmp_path, SHORT) == {"function": {"loss": 1.0}}
    write_stage(tmp_path, "function", {"loss": np.array(2.0)})
    assert read(tmp_path, SHORT) == {"function": {"loss": 1.0}}
    assert read(tmp_path / "another", SHORT) == {}
    assert Reader()(tmp_path, SHORT) == {"function": {"loss": 2.0}}
