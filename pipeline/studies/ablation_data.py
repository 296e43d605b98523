"""The clips for training and testing in `make ablation`: all of a real corpus, and the choir without its test part."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from pipeline.analysis.collection import Collection
from pipeline.params import Params
from pipeline.runtime.scratch import scratch_folder
from pipeline.runtime.stage import fresh_folder
from pipeline.sections.listening import listening_of
from pipeline.studies.heard import describe_heard, everybody, listen, load_table, write_clips

CHOIR: Final = "demo"
# The preset's choir, the same choir with voices that are alike, and the real corpus
CORPORA = ("choir", "alike", "real")


@dataclass(frozen=True)
class Gathered:
    """The prepared corpora.

    Attributes
    ----------
    folder : Path
        Holds a shard of each of `CORPORA`, such as ``choir-000.h5``.
    real : DataFrame
        The performances of the real corpus.
    kinds : dict of str to str
        Sex of its singers, where the corpus records it.
    """

    folder: Path
    real: pd.DataFrame
    kinds: dict[str, str]


def gather_clips(params: Params) -> Gathered:
    """Load the corpora, process them as the stages do, and write a shard of each.

    Raises
    ------
    BadInputError
        A corpus is missing, or too much of it cannot be used.
    """
    listening = listening_of(
        params.seed, params.feature, params.resample, params.frames, params.voice, params.clips, params.features
    )
    folder = fresh_folder(scratch_folder() / "ablation")
    tables = {}
    for name in CORPORA:
        place = fresh_folder(folder / name)
        table = _load(params, name, place / "corpus")
        label = table["corpus"].iloc[0]
        tables[name] = listen(table, place, listening, label=label, max_bad_share=params.max_bad_share)
        write_clips(tables[name], place, folder, name, listening)
    real = tables["real"]
    sexes = real["style_sex"] if "style_sex" in real else pd.Series("", index=real.index)
    return Gathered(folder, real, dict(zip(real["singer"], sexes, strict=True)))


def describe_real(gathered: Gathered, params: Params) -> dict[str, Collection]:
    """Describe the real corpus by each kind of handcrafted vectors; see `pipeline.studies.heard.describe`."""
    settings = params.baseline.settings(params.frames)
    return describe_heard(gathered.real, gathered.folder / "real", settings, params.clips.frames, params.max_bad_share)


def _load(params: Params, name: str, folder: Path) -> pd.DataFrame:
    if name == "real":
        return load_table(params.ablation.corpus, folder, params, split=everybody)
    settings = params.corpus
    if name == "alike":
        demo = settings.demo.model_copy(update={"voices": "alike"})
        settings = settings.model_copy(update={"demo": demo})
    table = load_table(CHOIR, folder, params, settings=settings)
    return table[table["split"] != "test"]
