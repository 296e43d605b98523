"""What all programs have in common."""

import sys
from io import BytesIO, TextIOWrapper

import pytest

from pipeline.errors import BadInputError
from pipeline.runtime.program import one_line_faults


def test_output_of_another_encoding_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = BytesIO()
    terminal = TextIOWrapper(printed, encoding="latin-1", write_through=True)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        with one_line_faults("corpus"):
            print("corpus: 3 recordings, 1 left out (Zoë/王\udcff.wav)")
    assert printed.getvalue() == b"corpus: 3 recordings, 1 left out (Zo\xeb/\\u738b\\udcff.wav)\n"


def test_a_fault_is_one_line_whatever_the_file_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), one_line_faults("corpus"):
        raise BadInputError("data/raw/choir: new\nline.wav: no such file")
    assert capsys.readouterr().err == "corpus: error: data/raw/choir: new\\nline.wav: no such file\n"


NOT_WRITABLE = {
    "NUMBA_CACHE_DIR": RuntimeError("cannot cache function 'f': no locator available for file '/usr/lib/f.py'"),
    "TMPDIR": FileNotFoundError(2, "No usable temporary directory found in ['/tmp', '/var/tmp']"),
}


@pytest.mark.parametrize(("variable", "fault"), NOT_WRITABLE.items(), ids=list(NOT_WRITABLE))
def test_where_no_folder_can_be_written_the_variable_is_named(
    variable: str, fault: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit), one_line_faults("train"):
        raise fault
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("train: error: ")
    assert f"set {variable} to" in line
