"""Find the frames in which somebody sings, and the clips with more than half their frames sung (paper 3.3).

By the paper's K-means, or by periodicity, level and hum (params.voice.method). Reads data/resampled; writes
data/voice/<recording>.npz (rms, confidence and voiced by frame, clip_starts), manifest.csv with the share of voiced
frames and the number of clips, and left_out.csv. The clips do not depend on the feature, so every variant trains on
the same.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from pipeline.audio.settings import VoiceSettings
from pipeline.audio.stored import StoredRecording
from pipeline.audio.unsung import explain
from pipeline.audio.voice_detection import detect
from pipeline.corpora.schema import read_manifest, write_manifest
from pipeline.errors import BadRecordingError
from pipeline.params import load_params
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import RESAMPLED, VOICE, fresh_folder, run


@dataclass(frozen=True)
class Found:
    """What the manifest holds about a recording."""

    frames: int
    voiced_share: float
    clips: int
    energy_rule: bool


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
    return f"{done.summary()}, {found['clips'].sum()} clips, {share:.0%} of the frames voiced" + (
        f", {ruled} by energy alone" if ruled else ""
    )


def detect_recording(source: Path, target: Path, settings: VoiceSettings) -> Found:
    """Detect the voice in one recording and write its frames and clips."""
    with StoredRecording(source) as samples:
        detection = detect(samples, samples.rate, settings)
        voiced = detection.voiced
        if not len(voiced.clip_starts):
            reason = _no_clip(len(voiced.frames), settings)
            raise BadRecordingError("; ".join(filter(None, (reason, explain(samples, samples.rate, settings)))))
    voiced.save(target)
    share = round(float(voiced.frames.mean()), 6)
    return Found(len(voiced.frames), share, len(voiced.clip_starts), detection.energy_rule)


def _no_clip(frames: int, settings: VoiceSettings) -> str:
    if frames < settings.clip_frames and not settings.pad_short:
        return f"{frames} frames, shorter than a clip of {settings.clip_frames}"
    return f"no clip with more than {settings.min_voiced} of {settings.clip_frames} frames voiced"


if __name__ == "__main__":
    run(main, __doc__)
