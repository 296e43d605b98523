import pytest
from typer.testing import CliRunner

from singing_style.cli import app


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("index choir", "Missing option '--output' / '-o'. For example: singing-style index choir/ -o choir.npz"),
        ("look take.wav", "Missing option '--output' / '-o'. For example: singing-style look take.wav -o take.png"),
        ("similar take.wav", "Missing option '--to'. For example: singing-style similar take.wav --to choir.npz"),
        ("compare", "Missing argument 'A'. For example: singing-style compare ann_1.wav ann_2.wav"),
    ],
)
def test_what_is_missing_is_shown_by_an_example(typed: str, said: str) -> None:
    told = CliRunner().invoke(app, typed.split())
    assert told.exit_code == 2
    assert told.stderr.endswith(f"\nError: {said}\n")


def test_a_wrong_value_has_its_own_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    told = CliRunner().invoke(app, ["similar", "take.wav", "--to", "choir.npz", "--top", "0"])
    assert "Invalid value for '--top'" in told.stderr
    assert "For example" not in told.stderr
