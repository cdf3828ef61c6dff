"""Native chatter is held back, and shown when what it came from fails."""

import os

import pytest

from impls.engines.in_keras.quiet import quiet_stderr


def test_file_descriptor_is_silent_within_and_restored_after(capfd):
    with quiet_stderr():
        os.write(2, b"chatter")
    os.write(2, b"message")
    assert capfd.readouterr().err == "message"


def test_what_was_held_back_explains_a_failure(capfd):
    with pytest.raises(ImportError):
        _fail_within()
    assert capfd.readouterr().err == "cannot find the library"


def _fail_within():
    with quiet_stderr():
        os.write(2, b"cannot find the library")
        raise ImportError
