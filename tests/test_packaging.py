"""The package as others get it: what wheel and source distribution hold, and which version they say."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PACKAGES = ("pipeline", "singing_style")
CALL = "from setuptools import build_meta; print(build_meta.{}('{}'))"


def listed() -> list[str]:
    """List the files that Git tracks or would add, as a clone would have them."""
    said = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in said.stdout.splitlines() if (ROOT / name).is_file()]


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def build(kind: str, source: Path, out: Path) -> Path:
    """Build as pip does, without fetching anything."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SETUPTOOLS_SCM")}
    done = subprocess.run(
        [sys.executable, "-c", CALL.format(f"build_{kind}", out)],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return out / done.stdout.splitlines()[-1]


def version(built: Path) -> str:
    return built.name.removesuffix(".tar.gz").split("-")[1]


def unpack(archive: Path, out: Path) -> Path:
    with tarfile.open(archive) as tar:
        tar.extractall(out, filter="data")
    (folder,) = out.iterdir()
    return folder


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project without its history."""
    folder = tmp_path_factory.mktemp("copy")
    for name in listed():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def wheel(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", copy, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_every_file_of_the_packages_and_the_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    packaged = {name for name in listed() if name.startswith(tuple(f"{package}/" for package in PACKAGES))}
    assert {name for name in packaged if name.endswith(".html")}, "the page"
    assert packaged - names == set()
    assert {name.rsplit("/", 1)[1] for name in names if "/licenses/" in name} == {"LICENSE", "NOTICE"}
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} <= set(PACKAGES)


def test_the_wheel_says_what_else_it_needs_and_may_use(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = archive.read(name).decode()
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    for extra in PROJECT["optional-dependencies"]:
        assert f"\nProvides-Extra: {extra}\n" in metadata
    assert "\nRequires-Dist: optuna" not in metadata.replace('; extra == "search"', "").split("Provides-Extra")[0]


def test_the_wheel_brings_the_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt"))
    assert "singing-style = singing_style.__main__:main" in archive.read(name).decode().splitlines()


def test_without_git_the_version_is_the_fallback(wheel: Path) -> None:
    assert version(wheel) == "0.1.0"


def test_a_clone_without_tags_has_a_version_and_one_with_a_tag_has_the_tags(copy: Path, tmp_path: Path) -> None:
    clone = Path(shutil.copytree(copy, tmp_path / "clone", ignore=shutil.ignore_patterns("build", "*.egg-info")))
    git(clone, "init", "-q")
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", "Start")
    untagged = build("sdist", clone, tmp_path)
    assert version(untagged).startswith("0.1.1.dev1+g")
    git(clone, "tag", "v1.2.3")
    tagged = build("sdist", clone, tmp_path)
    assert version(tagged) == "1.2.3"
    source = unpack(tagged, tmp_path / "source")
    assert not (source / ".git").exists()
    assert version(build("wheel", source, tmp_path)) == "1.2.3"
    assert (source / "params.yaml").is_file()
    assert list((source / "data/raw/demo").glob("*.score"))


def test_the_lock_names_every_direct_dependency() -> None:
    """Else `make setup` would install something that nobody tried."""
    locked = {canonical(line) for line in (ROOT / "requirements.lock").read_text().split()}
    extras = PROJECT["optional-dependencies"]
    asked, waiting = list(PROJECT["dependencies"]), ["dev"]
    while waiting:
        for one in extras[waiting.pop()]:
            if one.startswith("singing-style["):
                waiting += one.partition("[")[2].rstrip("]").split(",")
            else:
                asked.append(one)
    assert {"dvc", "matplotlib", "pytest"} < {canonical(one) for one in asked}
    assert {canonical(one) for one in asked} - locked == set()


def test_the_lock_of_the_anchors_names_what_the_other_one_lacks() -> None:
    """It is installed beside the other one, without what its packages ask for: WebRTC's detector, built, is all."""
    locked, beside = (
        {canonical(line) for line in (ROOT / name).read_text().split()}
        for name in ("requirements.lock", "requirements-anchors.lock")
    )
    asked = {canonical(one) for one in PROJECT["optional-dependencies"]["anchors"]}
    assert beside == asked - locked | {"webrtcvad-wheels"}


def canonical(requirement: str) -> str:
    """Return the name alone, as package indexes compare it."""
    return re.split(r"[\[<>=!~ ]", requirement)[0].lower().replace("_", "-")


def test_the_citation_names_the_licence_and_the_paper() -> None:
    citation = YAML(typ="safe").load(ROOT / "CITATION.cff")
    assert citation["license"] == PROJECT["license"]
    assert [one["family-names"] for one in citation["references"][0]["authors"]] == ["Wang", "Tzanetakis"]
    assert citation["authors"] == PROJECT["authors"]
