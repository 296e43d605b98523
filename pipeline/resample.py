"""Bring every recording to one channel and one sampling rate (paper 3.2: 22 050 Hz).

Reads data/corpus/manifest.csv and the audio it names, in any format; writes data/resampled/<recording>.flac
(24 bits), manifest.csv with the length in seconds, and left_out.csv.
"""

from pipeline.audio.steps.resample import resample_recording
from pipeline.corpora.schema import read_manifest, write_manifest
from pipeline.params import load_params
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import CORPUS, RESAMPLED, fresh_folder, run


def main() -> str:
    """Resample the corpus."""
    params = load_params()
    settings = (params.resample.rate, params.resample.quality, params.frames.length)
    corpus = read_manifest(CORPUS / "manifest.csv")
    source, target = CORPUS.resolve(), fresh_folder(RESAMPLED).resolve()
    done = for_each_recording(
        resample_recording,
        list(corpus["recording"]),
        [
            (Input(source / path), Output(target / f"{recording}.flac"), *settings)
            for recording, path in zip(corpus["recording"], corpus["path"], strict=True)
        ],
        label="resample",
        max_bad_share=params.max_bad_share,
        scratch=Scratch.of_stage("resample"),
    )
    done.write_report(RESAMPLED / "left_out.csv")
    kept = corpus[corpus["recording"].isin(done.results)]
    paths = [f"{recording}.flac" for recording in kept["recording"]]
    write_manifest(kept.assign(path=paths, seconds=list(done.results.values())), RESAMPLED / "manifest.csv")
    return f"{done.summary()}, {sum(done.results.values()) / 60:.1f} minutes at {params.resample.rate} Hz"


if __name__ == "__main__":
    run(main, __doc__)
