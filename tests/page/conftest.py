"""A tiny made-up corpus with all that the page reads, and a browser without a network to open the page in."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
import torch
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from ruamel.yaml import YAML

from pipeline import report
from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.analysis.collection import Collection
from pipeline.corpora.schema import write_manifest
from pipeline.nn.networks.factory import save_model
from pipeline.nn.networks.residual import StyleNetwork
from tests.conftest import PATIENCE

ROOT = Path(__file__).parents[2]
RATE, HOP, FRAMES, CLIP, BINS = 22_050, 512, 400, 256, 96
TASKS = ("singer", "singer_cross_song", "song")


@dataclass(frozen=True)
class Choir:
    """Who sings what in the made-up corpus, and how the network and the page are set."""

    singers: tuple[str, ...] = ("Ann", "Bo", "Cleo")
    songs: tuple[str, ...] = ("ode", "lullaby", "march")
    style: bool = True
    attention: bool = True
    tasks: tuple[str, ...] = TASKS
    measure: str = "contrastive loss"
    steps: int = 300
    figure: bool = False
    params: tuple[tuple[str, Any], ...] = ()


@pytest.fixture(scope="session")
def write_page(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, str]]:
    """Return a function that writes a corpus (fields of `Choir`) and its page; it returns the page and the summary."""

    def write(**choir: Any) -> tuple[Path, str]:
        folder = tmp_path_factory.mktemp("choir")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            write_choir(Choir(**choir))
            return folder / "report/index.html", report.main()

    return write


def write_choir(choir: Choir) -> None:
    """Write params.yaml, data, models and metrics into the current folder."""
    write_params(dict(choir.params))
    for name in ("resampled", "features", "voice", "embeddings", "baseline"):
        Path("data", name).mkdir(parents=True)
    random = np.random.default_rng(0)
    rows = [(f"r{a}-{b}", singer, song) for a, singer in enumerate(choir.singers) for b, song in enumerate(choir.songs)]
    for number, (recording, _, _) in enumerate(rows):
        time = np.arange((FRAMES - 1) * HOP) / RATE
        tone = 0.3 * np.sin(2 * np.pi * (220 + 30 * number) * time)
        soundfile.write(f"data/resampled/{recording}.flac", tone, RATE, "PCM_24")
        np.save(f"data/features/{recording}.npy", random.uniform(0, 60, (FRAMES, BINS)).astype(np.float16))
    write_manifest(manifest(rows, style=choir.style), Path("data/voice/manifest.csv"))
    write_vectors(rows, random)
    write_model(attention=choir.attention)
    write_metrics(choir)
    if choir.figure:
        Path("metrics/plots").mkdir()
        Image.new("RGB", (1100, 400), "white").save("metrics/plots/voicing.png")


def write_params(values: dict[str, Any]) -> None:
    yaml = YAML()
    raw = yaml.load(ROOT / "params.yaml")
    for where, value in values.items():
        section, name = where.split(".")
        raw[section][name] = value
    yaml.dump(raw, Path("params.yaml"))


def manifest(rows: list[tuple[str, str, str]], *, style: bool) -> pd.DataFrame:
    others = [(f"{part}{n}", f"{part}{n}", part, part) for part in ("train", "validation", "test") for n in range(2)]
    everyone = [(*row, "test") for row in rows] + others
    table = pd.DataFrame(everyone, columns=["recording", "singer", "song", "split"])
    table["path"] = table["recording"] + ".flac"
    if style:
        table["style_vibrato_hz"] = np.linspace(4, 7, len(table))
        table["style_school"] = ["opera", "pop"] * (len(table) // 2) + ["opera"] * (len(table) % 2)
    return table.assign(seconds=(FRAMES - 1) * HOP / RATE, frames=FRAMES)


def write_vectors(rows: list[tuple[str, str, str]], random: np.random.Generator) -> None:
    recording, singer, song = (np.repeat(np.array(column), 2) for column in zip(*rows, strict=True))
    start = np.tile(np.array([0, 102], np.int32), len(rows))
    for folder, width in (("embeddings", 16), ("baseline", 70)):
        vectors = random.normal(size=(len(recording), width)).astype(np.float32)
        clips = Collection(vectors, recording, singer, song, start)
        clips.save(Path("data", folder, "clips.npz"))
        clips.performances().save(Path("data", folder, "performances.npz"))


def write_model(*, attention: bool) -> None:
    Path("models/style").mkdir(parents=True)
    torch.manual_seed(0)
    shape: dict[str, Any] = {
        "frames": CLIP,
        "bins": BINS,
        "attention": attention,
        "channels": 2,
        "bottleneck": 2,
        "cardinality": 1,
    }
    shape |= {"hidden": 4, "dropout": 0.1, "embedding": 16}
    network = StyleNetwork(**shape)
    save_model(Path("models/style"), network.state_dict(), {"feature": "mel", "network": shape})
    steps = pd.DataFrame({"step": range(1, 41), "loss": np.linspace(0.3, 0.1, 40), "constant_loss": 0.25})
    curves = steps.assign(positive_distance=0.2, negative_distance=1.0, near_negatives=0.5)
    curves.to_csv("models/style/history.csv", index=False)
    curves.iloc[9::10].to_csv("models/style/validation.csv", index=False)


def write_metrics(choir: Choir) -> None:
    Path("metrics").mkdir()
    tasks = choir.tasks
    shares = {vectors: {task: {"k01": 0.5, "k03": 0.4} for task in tasks} for vectors in (EMBEDDING, *BASELINES)}
    chance = {"chance": {task: {"k01": 0.2, "k03": 0.2} for task in tasks}}
    Path("metrics/knn.json").write_text(json.dumps(shares | chance))
    estimate = {"value": 0.5, "low": 0.31, "high": 0.72}
    accuracy = {vectors: {task: {"k01": estimate} for task in tasks} for vectors in shares}
    verification = {vectors: {"across_songs": {"eer": {"value": 0.08, "low": 0.02, "high": 0.2}}} for vectors in shares}
    statistics = {"accuracy": accuracy, "verification": verification} | chance
    Path("metrics/statistics.json").write_text(json.dumps(statistics))
    probes = {vectors: {"style_vibrato_hz": {"r2": 0.5, "low": 0.2, "high": 0.7}} for vectors in shares}
    Path("metrics/probe.json").write_text(json.dumps(probes))
    training = {"feature": "mel", "test_loss": 0.086, "attention": "learned", "steps": choir.steps}
    training |= {"validation_measure": choir.measure}
    Path("metrics/training.json").write_text(json.dumps(training))


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page with the network off; what it complains of or fetches fails the test.

    Options are those of a browser's context: viewport, color_scheme, has_touch.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def start(path: Path, address: str = "", **options: Any) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("request", lambda asked: faults.append(asked.url) if asked.url.startswith(("http", "ws")) else None)
        page.goto(path.as_uri() + address)
        page.wait_for_selector("body[data-ready=true]", timeout=PATIENCE)
        return page

    yield start
    for context in contexts:
        context.close()
    assert faults == []
