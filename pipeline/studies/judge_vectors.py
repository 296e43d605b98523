"""The vectors that `make judge` compares: the model's, its network's before training, and those made by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from pipeline.analysis.baselines import UNTRAINED
from pipeline.analysis.collection import Collection
from pipeline.audio.handcrafted import standardise
from pipeline.errors import BadInputError
from pipeline.model.listening import Listening
from pipeline.model.model_file import REMEDY, ModelContent, identify, read_model_file
from pipeline.model.network_encoder import assemble_network
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import choose_device
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.factory import fresh_network
from pipeline.nn.untrained import estimate_statistics
from pipeline.params import Params
from pipeline.runtime.stage import fresh_folder
from pipeline.sections.listening import listening_of
from pipeline.storage.shard import ClipSet, read_shards
from pipeline.studies.heard import HEARING, STEPS, describe_heard, listen, write_clips
from pipeline.studies.judge_measures import MODEL

# MFCC means over the frames that the model's voice detection finds, where it is another than that of params.yaml.
MEANS, MEANS_HEARD_ALIKE = "mfcc_means", "mfcc_means_heard_alike"
# The folder of what is heard as params.yaml says; that of the model has the model's name.
BASELINES_FOLDER = "baselines"
STATISTICS_SEED = 47
BATCH = 32


@dataclass(frozen=True, eq=False)
class JudgedModel:
    """A model to be judged.

    Attributes
    ----------
    content : ModelContent
        The model file.
    network : Embedder
        In evaluation mode, on the device that it runs on.
    """

    content: ModelContent
    network: Embedder

    @classmethod
    def load(cls, path: Path) -> "JudgedModel":
        """Read a model file.

        Raises
        ------
        BadInputError
            It is missing, damaged, or of another version.
        """
        content = read_model_file(path)
        try:
            network = assemble_network(content.shape, content.weights)
        except (ValueError, KeyError, TypeError, RuntimeError) as fault:
            reason = " ".join(str(fault).split())[:200]
            raise BadInputError(f"{path}: not a whole model ({reason}); {REMEDY}") from None
        return cls(content, network)

    @property
    def identity(self) -> str:
        """The hash that `singing-style` prints for it, too."""
        return identify(self.content.weights, self.content.shape, self.content.listening)

    def untrained(self, clips: ClipSet, seed: int) -> Embedder:
        """Make its network before training; it knows the statistics of the clips, as standardised vectors do."""
        device = choose_device()
        network = fresh_network(dict(self.content.shape), seed, device)
        generator = np.random.default_rng([seed, STATISTICS_SEED])
        estimate_statistics(network, ClipBank(clips, device), generator, device=device, precision=torch.float32)
        return network


def hear_recordings(table: pd.DataFrame, folder: Path, by_model: Listening, params: Params, label: str) -> pd.DataFrame:
    """Listen as the model does, and for the baselines as params.yaml says; return what both can use.

    Parameters
    ----------
    table : DataFrame
        Columns recording and path.
    folder : Path
        Receives a folder for each.
    by_model : Listening
    params : Params
    label : str
        Stands on the progress bars.
    """
    places = {MODEL: (by_model, tuple(STEPS)), BASELINES_FOLDER: (_listening(params), HEARING)}
    usable = [
        listen(table, fresh_folder(folder / place), listening, label=label, max_bad_share=1.0, steps=steps)["recording"]
        for place, (listening, steps) in places.items()
    ]
    return table[np.logical_and.reduce([table["recording"].isin(names) for names in usable])]


def make_vectors(
    heard: pd.DataFrame,
    folder: Path,
    model: JudgedModel,
    encoded: Mapping[str, Collection],
    params: Params,
) -> dict[str, Collection]:
    """Make every kind of vectors of the performances that `hear_recordings` returned, the model's first.

    Parameters
    ----------
    heard : DataFrame
    folder : Path
        Holds what was heard.
    model : JudgedModel
    encoded : mapping of str to Collection
        What encoders of others made of these performances.
    params : Params

    Returns
    -------
    dict of str to Collection
        The same performances, in the same order; handcrafted vectors are standardised over them, as by stage
        `baseline`.
    """
    write_clips(heard, folder / MODEL, folder, MODEL, model.content.listening)
    clips = read_shards(folder, MODEL)
    vectors = {
        MODEL: _embed(model.network, clips),
        **_handcrafted(heard, folder, model.content.listening, params),
        UNTRAINED: _embed(model.untrained(clips, params.seed), clips),
        **encoded,
    }
    for name, its in vectors.items():
        vectors[MODEL].check_same_rows(its, MODEL, name)
    return vectors


def _embed(network: Embedder, clips: ClipSet) -> Collection:
    """Embed clips, and average those of a performance, as `singing_style.StyleModel` does."""
    device = choose_device()
    vectors = embed_clips(network, ClipBank(clips, device), batch=BATCH, device=device, precision=torch.float32)
    return Collection(vectors, clips.recording, clips.singer, clips.song, clips.start).performances()


def _handcrafted(heard: pd.DataFrame, folder: Path, by_model: Listening, params: Params) -> dict[str, Collection]:
    settings, by_stages = params.baseline.settings(params.frames), _listening(params)
    described = describe_heard(heard, folder / BASELINES_FOLDER, settings, by_stages.clip_frames, max_bad_share=0.0)
    if _before_the_network(by_model) != _before_the_network(by_stages):
        alike = replace(settings, length=by_model.frame_length, hop=by_model.frame_hop)
        again = describe_heard(heard, folder / MODEL, alike, by_model.clip_frames, max_bad_share=0.0)
        described[MEANS_HEARD_ALIKE] = again[MEANS]
    return {
        name: replace(rows, vectors=standardise(rows.vectors.astype(np.float64)).astype(np.float32)).performances()
        for name, rows in described.items()
    }


def _before_the_network(listening: Listening) -> tuple[object, ...]:
    return listening.rate, listening.quality, listening.voice_settings()


def _listening(params: Params) -> Listening:
    return listening_of(
        params.seed, params.feature, params.resample, params.frames, params.voice, params.clips, params.features
    )
