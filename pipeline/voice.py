"""Find the frames in which somebody sings, and the clips with more than half their frames sung (paper 3.3).

By the paper's K-means, or by periodicity, level and hum (params.voice.method). Reads data/resampled; writes
data/voice/<recording>.npz (rms, confidence and voiced by frame, clip_starts), manifest.csv with the share of voiced
frames and the number of clips, and left_out.csv. The clips do not depend on the feature, so every variant trains on
the same.
"""

from dataclasses import asdict

import pandas as pd

from pipeline.audio.steps.voice import detect_recording
from pipeline.corpora.schema import read_manifest, write_manifest
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import RESAMPLED, VOICE, fresh_folder, run


def main() -> str:
    """Detect the voice in every recording."""
    params = load_params()
    settings = params.voice.settings(params.frames, params.clips, params.seed)
    recordings = read_manifest(RESAMPLED / "manifest.csv")
    source, target = RESAMPLED.resolve(), fresh_folder(VOICE).resolve()
    done = for_each_recording(
        detect_recording,
        list(recordings["recording"]),
        [
            (Input(source / path), Output(target / f"{recording}.npz"), settings)
            for recording, path in zip(recordings["recording"], recordings["path"], strict=True)
        ],
        label="voice",
        max_bad_share=params.max_bad_share,
        scratch=Scratch.of_stage("voice"),
    )
    done.write_report(VOICE / "left_out.csv")
    found = pd.DataFrame([{"recording": name} | asdict(result) for name, result in done.results.items()])
    write_manifest(recordings.merge(found, on="recording"), VOICE / "manifest.csv")
    share = (found["voiced_share"] * found["frames"]).sum() / found["frames"].sum()
    ruled = int(found["energy_rule"].sum())
    return f"{done.summary()}, {counted(int(found['clips'].sum()), 'clip')}, {share:.0%} of the frames voiced" + (
        f", {ruled} by energy alone" if ruled else ""
    )


if __name__ == "__main__":
    run(main, __doc__)
