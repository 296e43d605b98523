"""Turn every recording into what the network sees: its mel or constant-Q spectrogram in decibels (paper 3.2).

Reads data/resampled; writes data/features/<recording>.npy (float16, frames x bins, 0 to floor_db),
manifest.csv and left_out.csv. The frames are those of the stage voice.
"""

from pipeline.audio.steps.features import write_features
from pipeline.corpora.schema import read_manifest, write_manifest
from pipeline.params import load_params
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import FEATURES, RESAMPLED, fresh_folder, run


def main() -> str:
    """Compute the spectrograms of params.feature."""
    params = load_params()
    settings = params.features.settings(params.frames)
    recordings = read_manifest(RESAMPLED / "manifest.csv")
    source, target = RESAMPLED.resolve(), fresh_folder(FEATURES).resolve()
    done = for_each_recording(
        write_features,
        list(recordings["recording"]),
        [
            (Input(source / path), Output(target / f"{recording}.npy"), params.feature, settings)
            for recording, path in zip(recordings["recording"], recordings["path"], strict=True)
        ],
        label="features",
        max_bad_share=params.max_bad_share,
        scratch=Scratch.of_stage("features"),
    )
    done.write_report(FEATURES / "left_out.csv")
    write_manifest(recordings[recordings["recording"].isin(done.results)], FEATURES / "manifest.csv")
    return f"{done.summary()}, {sum(done.results.values())} frames of {params.feature}, {settings.bins} bins"


if __name__ == "__main__":
    run(main, __doc__)
