"""Judge a released model on real singers whom it has never heard, beside vectors that cost nothing (`make judge`).

Every performance of the corpus that `ablation.corpus` of params.yaml names is heard as recorded, through a microphone
and room of its own, and through a channel of which half are telephones. On these performances the model, MFCC means,
the paper's handcrafted baseline with chroma and without, and the model's network before training answer the same
questions: are two performances of different songs by one singer (equal error rate, EER: low is good), also where one is
loud and the other soft, and whose is the nearest performance of another song (high is good). All come with 95 %
intervals over singers, and so do the differences, model less baseline, which are paired: an interval that holds 0 tells
nothing apart. What somebody wants to know of a model is in its line beside the best of the others, in each channel.

Loud and soft are read from the column style_emotion of the corpus: angry, fearful and happy are loud; calm, neutral and
sad are soft. Recordings that one kind of vectors cannot use are left out for all of them, and named.

Writes metrics/judge.json for the model in the package, from which `make tables` writes those of the documents; for
another, nothing, unless --output says where. What is done for a recording is kept in .scratch: stop this at any time,
and run it again to carry on.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from pipeline.analysis.accuracy import NeighbourSettings
from pipeline.analysis.baselines import UNTRAINED
from pipeline.analysis.collection import Collection, Names
from pipeline.audio.handcrafted import standardise
from pipeline.errors import BadInputError
from pipeline.model.listening import Listening
from pipeline.model.model_file import REMEDY, ModelContent, identify, read_model_file
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import choose_device
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.factory import assemble, fresh_network
from pipeline.nn.untrained import estimate_statistics
from pipeline.params import Params, load_params
from pipeline.runtime.metrics import write_json
from pipeline.runtime.program import CARRY_ON, one_line_faults, parser
from pipeline.runtime.scratch import scratch_folder
from pipeline.runtime.stage import METRICS, fresh_folder
from pipeline.sections.listening import listening_of
from pipeline.storage.shard import ClipSet, read_shards
from pipeline.studies.heard import HEARING, STEPS, describe, everybody, listen, load_table, write_clips
from pipeline.studies.judge_channels import CONDITIONS, Condition, through
from pipeline.studies.judge_measures import LOUD, MODEL, SOFT, measure
from pipeline.studies.judge_table import judged_differences, judged_table, remarks

PACKAGED = Path("singing_style/models/choir.safetensors")
TARGET = METRICS / "judge.json"
# The folder of what is heard as params.yaml says; that of the model has the model's name.
BASELINES = "baselines"
STATISTICS_SEED = 47
BATCH = 32
FEWEST_SINGERS = 4
EFFORT = "style_emotion"
EFFORTS = dict.fromkeys(("angry", "fearful", "happy"), LOUD) | dict.fromkeys(("calm", "neutral", "sad"), SOFT)


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.judge", __doc__)
    options.add_argument("--model", type=Path, help=f"a model file; by default the one in the package, {PACKAGED}")
    options.add_argument("--output", type=Path, help=f"where to write the figures; of the package's model, {TARGET}")
    arguments = options.parse_args()
    target = arguments.output or (None if arguments.model else TARGET)
    with one_line_faults("judge", CARRY_ON):
        judged = judge(arguments.model or PACKAGED, load_params())
        print(f"\n{judged_table(judged)}\n\n{judged_differences(judged)}\n")
        print("\n".join(remarks(judged)))
        if target:
            write_json(target, judged)
            print(f"written: {target}")


def judge(path: Path, params: Params) -> dict[str, Any]:
    """Judge a model file; return what metrics/judge.json holds.

    Raises
    ------
    BadInputError
        The model file or the corpus is missing or damaged, or there are too few singers.
    """
    model = read_model_file(path)
    network = _assemble(model, path)
    folder = fresh_folder(scratch_folder() / "judge")
    table = load_table(params.ablation.corpus, folder / "corpus", params, split=everybody)
    _check_singers(table, params, "")
    found = {
        condition.name: _judge_through(condition, table, folder / condition.name, model, network, params)
        for condition in CONDITIONS
    }
    return {
        "model": identify(model.weights, model.shape, model.listening),
        "corpus": params.ablation.corpus,
        **{f"{column}s": table[column].nunique() for column in ("singer", "song")},
        "level": params.statistics.level,
        "conditions": found,
    }


def _judge_through(
    condition: Condition, table: pd.DataFrame, folder: Path, model: ModelContent, network: Embedder, params: Params
) -> dict[str, Any]:
    """Hear every performance through the channels of a condition, and measure."""
    came = through(condition, table, folder / "channel", params.seed)
    heard = _hear(came.table, folder, model.listening, params, condition.label)
    _check_singers(heard, params, f" {condition.label}")
    write_clips(heard, folder / MODEL, folder, MODEL, model.listening)
    clips = read_shards(folder, MODEL)
    vectors = {MODEL: _embed(network, clips), UNTRAINED: _embed(_untrained(model, clips, params.seed), clips)}
    vectors |= _handcrafted(heard, folder / BASELINES, params)
    for name, its in vectors.items():
        vectors[MODEL].check_same_rows(its, MODEL, name)
    statistics = params.statistics
    settings = NeighbourSettings([1], params.knn.chance_draws, statistics.draws, statistics.level, params.seed)
    figures = measure(vectors, _efforts(heard, vectors[MODEL]), settings, statistics.target_prior)
    return {
        "strength": condition.strength,
        "performances": len(heard),
        "left_out": sorted(set(table["recording"]) - set(heard["recording"])),
        "telephones": came.telephones,
        **figures,
    }


def _hear(table: pd.DataFrame, folder: Path, by_model: Listening, params: Params, label: str) -> pd.DataFrame:
    """Listen as the model does, and as params.yaml says for the baselines; return what both can use."""
    by_stages = listening_of(
        params.seed, params.feature, params.resample, params.frames, params.voice, params.clips, params.features
    )
    places = {MODEL: (by_model, tuple(STEPS)), BASELINES: (by_stages, HEARING)}
    usable = [
        listen(table, fresh_folder(folder / place), listening, label=label, max_bad_share=1.0, steps=steps)["recording"]
        for place, (listening, steps) in places.items()
    ]
    return table[np.logical_and.reduce([table["recording"].isin(names) for names in usable])]


def _assemble(model: ModelContent, path: Path) -> Embedder:
    try:
        return assemble(dict(model.shape), dict(model.weights)).to(choose_device())
    except (ValueError, KeyError, TypeError, RuntimeError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise BadInputError(f"{path}: not a whole model ({reason}); {REMEDY}") from None


def _untrained(model: ModelContent, clips: ClipSet, seed: int) -> Embedder:
    """Make the model's network before training; it knows the statistics of the clips, as standardised MFCC do."""
    device = choose_device()
    network = fresh_network(dict(model.shape), seed, device)
    generator = np.random.default_rng([seed, STATISTICS_SEED])
    estimate_statistics(network, ClipBank(clips, device), generator, device=device, precision=torch.float32)
    return network


def _embed(network: Embedder, clips: ClipSet) -> Collection:
    """Embed clips, and average those of a performance, as `singing_style.StyleModel` does."""
    device = choose_device()
    vectors = embed_clips(network, ClipBank(clips, device), batch=BATCH, device=device, precision=torch.float32)
    return Collection(vectors, clips.recording, clips.singer, clips.song, clips.start).performances()


def _handcrafted(heard: pd.DataFrame, folder: Path, params: Params) -> dict[str, Collection]:
    """Describe performances by hand, standardised over them, as stage `baseline` does."""
    settings = params.baseline.settings(params.frames)
    described = describe(heard, folder, settings, params.clips.frames, max_bad_share=0.0)
    return {
        name: replace(rows, vectors=standardise(rows.vectors.astype(np.float64)).astype(np.float32)).performances()
        for name, rows in described.items()
    }


def _efforts(heard: pd.DataFrame, performances: Collection) -> Names:
    """Tell of each performance whether it is loud or soft; empty where the corpus does not say."""
    if EFFORT not in heard:
        return np.full(len(performances), "")
    known = heard.set_index("recording")[EFFORT].map(EFFORTS).fillna("")
    return np.array([known[name] for name in performances.recording])


def _check_singers(table: pd.DataFrame, params: Params, where: str) -> None:
    singers = table["singer"].nunique()
    if singers < FEWEST_SINGERS:
        raise BadInputError(
            f"data/raw/{params.ablation.corpus}: {singers} singers{where}, too few for intervals over singers, which "
            f"take {FEWEST_SINGERS}; add recordings, or name another corpus as ablation.corpus in params.yaml"
        )


if __name__ == "__main__":
    main()
