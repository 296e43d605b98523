"""The command where only what `pip install .` brings is there: it answers, and imports nothing that it does not use."""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.model.listening import Listening
from singing_style.model import StyleModel
from tests.singing_style.made_up import RATE, singing, tiny_model

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
# By the names of their modules; tests/test_dependencies.py holds that no other extra is needed.
LEFT_OUT = ("PIL", "bokeh", "dvc", "h5py", "librosa", "llvmlite", "matplotlib", "numba", "sklearn", "torch")
# Read by Python in every process that finds it, the workers of joblib included.
SITE = """
import os, sys

class Light:
    finders = list(sys.meta_path)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in os.environ["LEFT_OUT"].split():
            return None
        found = (finder.find_spec(name, path, target) for finder in self.finders)
        return next((spec for spec in found if spec), None)

sys.meta_path[:] = [Light()]
"""
PROGRAM = """
import json, sys
from typer.testing import CliRunner
from singing_style.cli import app

said = []
for line in json.loads(sys.argv[1]):
    done = CliRunner().invoke(app, line.split())
    modules = sorted(sys.modules) if not said else []
    said.append((done.exit_code, done.stdout, done.stderr or repr(done.exception), modules))
print(json.dumps(said))
"""
OF_THE_PAPER_S_KIND = "embed take.flac -o slow.npz -q --model residual.safetensors"
CLUSTERED = "embed take.flac -o none.npz -q --model clustered.safetensors"
TYPED = {
    "embed": "embed take.flac -o take.npz -q",
    "validate": "validate choir",
    "index": "index choir -o choir.npz -q",
    "similar": "similar take.flac --to choir.npz",
    "compare": "compare take.flac choir/Ben/air.flac",
    "of the paper's kind": OF_THE_PAPER_S_KIND,
    "export": "export -o style.onnx",
    "look": "look take.flac -o take.png",
    "map": "map choir.npz -o choir.html -q",
}
Said = dict[str, tuple[int, str, str, list[str]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a take, a choir of two, a model with the paper's network, and one that finds the voice by clustering."""
    folder = tmp_path_factory.mktemp("light")
    (folder / "sitecustomize.py").write_text(SITE)
    soundfile.write(folder / "take.flac", singing(195, 6.0), RATE)
    for name, pitch in (("Ann", 190), ("Ben", 260)):
        (folder / "choir" / name).mkdir(parents=True)
        for place, song in enumerate(("ode", "air")):
            soundfile.write(folder / "choir" / name / f"{song}.flac", singing(pitch + 20 * place, 6.0), RATE)
    clustered = tiny_model()
    clustered.save(folder / "clustered.safetensors")
    residual(clustered).save(folder / "residual.safetensors")
    return folder


def residual(clustered: StyleModel) -> StyleModel:
    listening = Listening.model_validate(clustered.listening.model_dump() | {"voice_method": "periodicity"})
    return StyleModel(clustered.encoder, clustered.shape, listening, clustered.calibration, clustered.card)


def type_all(folder: Path, lines: list[str], left_out: Collection[str]) -> list[tuple[int, str, str, list[str]]]:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
        "LEFT_OUT": " ".join(left_out),
    }
    environment.pop("SINGING_STYLE_MODEL", None)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(lines)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[tuple[int, str, str, list[str]]] = json.loads(done.stdout)
    return answers


@pytest.fixture(scope="module")
def said(folder: Path) -> Said:
    return dict(zip(TYPED, type_all(folder, list(TYPED.values()), LEFT_OUT), strict=True))


@pytest.mark.parametrize("name", ["embed", "index", "similar", "compare"])
def test_it_answers(said: Said, name: str) -> None:
    code, out, err, _ = said[name]
    assert (code, bool(out)) == (0, True), err


def test_it_judges_a_collection(said: Said) -> None:
    _, out, err, _ = said["validate"]
    assert out.startswith("Fit to index: 4 of 4 recordings can be used, of 2 singers, too few"), err


def test_the_first_answer_imports_what_it_uses_and_nothing_else_that_is_heavy(said: Said) -> None:
    modules = set(said["embed"][3])
    assert {"scipy.fft", "parselmouth", "soundfile"} <= modules
    assert (
        modules & {*LEFT_OUT, "IPython", "joblib", "pandas", "scipy.optimize", "scipy.signal", "scipy.stats"} == set()
    )


def test_it_finds_who_sings(said: Said) -> None:
    assert said["similar"][1].index("Ann") < said["similar"][1].index("Ben")


@pytest.mark.parametrize(("name", "missing"), [("look", "matplotlib"), ("map", "PIL")])
def test_what_needs_an_extra_names_it(said: Said, name: str, missing: str) -> None:
    code, _, err, _ = said[name]
    assert code == 1
    assert (
        err == f"singing-style: error: {missing} is missing, which this needs; pip install 'singing-style[drawing]'\n"
    )


def test_another_network_than_the_light_one_names_the_extra_that_runs_it(said: Said) -> None:
    code, _, err, _ = said["of the paper's kind"]
    assert code == 1
    assert err == (
        "singing-style: error: residual.safetensors: torch is missing, which this needs; "
        "pip install 'singing-style[networks]'\n"
    )


def test_export_names_the_extra_that_brings_all_that_it_needs(said: Said) -> None:
    code, _, err, _ = said["export"]
    assert code == 1
    assert err == "singing-style: error: torch is missing, which this needs; pip install 'singing-style[export]'\n"


@pytest.fixture(scope="module")
def said_with_networks(folder: Path) -> Said:
    lines = {"of the paper's kind": OF_THE_PAPER_S_KIND, "clustered": CLUSTERED}
    answers = type_all(folder, list(lines.values()), set(LEFT_OUT) - {"torch"})
    return dict(zip(lines, answers, strict=True))


def test_a_model_that_clusters_names_what_it_needs(said_with_networks: Said) -> None:
    code, _, err, _ = said_with_networks["clustered"]
    assert code == 1
    assert err.endswith("K-means, which finds the voice here, needs scikit-learn; pip install it\n")
    assert err.count("\n") == 1


def test_the_paper_s_network_gives_the_same_vectors_without_its_compiled_kernels(
    said_with_networks: Said, folder: Path
) -> None:
    code, _, err, _ = said_with_networks["of the paper's kind"]
    assert code == 0, err
    compiled = StyleModel.load(folder / "residual.safetensors").embed(folder / "take.flac").vector
    with np.load(folder / "slow.npz") as plain:
        np.testing.assert_allclose(plain["vectors"][0], compiled, rtol=1e-4, atol=1e-6)
