"""Probe what the embedding has learnt: predict descriptors and known style from it, and from the baselines, linearly.

Reads data/descriptors, data/embeddings, data/baseline and the style columns of data/voice/manifest.csv; writes
metrics/probe.json, metrics/plots/probe.csv and metrics/plots/probe.png. Singers that a probe is tested on are never
those that it was fitted to. The channel audit asks how often the average spectrum alone finds the singer.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analysis.baselines import BASELINES, EMBEDDING, load_performances
from pipeline.analysis.collection import Collection, Names
from pipeline.analysis.probe_findings import describe_findings
from pipeline.analysis.probe_table import Draws, ProbeResult, ProbeResults, audit_channel, probe_classes, probe_numbers
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.figures.probe import draw_probe
from pipeline.params import load_params
from pipeline.runtime.metrics import rounded, write_json
from pipeline.runtime.stage import BASELINE, DESCRIBED, EMBEDDINGS, METRICS, PLOTS, VOICE, run

PROBE_SEED = 12


def main() -> str:
    """Probe and audit, and write figures and metrics."""
    params = load_params()
    draws = Draws((params.seed, PROBE_SEED), params.probe.folds, params.probe.draws)
    clips = {
        "embedding": Collection.load(EMBEDDINGS / "clips.npz"),
        "baseline": Collection.load(BASELINE / "clips.npz"),
    }
    clips["embedding"].check_same_rows(clips["baseline"], str(EMBEDDINGS), str(BASELINE))
    performances = load_performances(EMBEDDINGS, BASELINE)
    style = _style(read_manifest(VOICE / "manifest.csv"), performances["embedding"].recording)
    numbers = style.select_dtypes("number")
    spectra = {name: Collection.load(DESCRIBED / f"{name}.npz") for name in ("ltas", "pauses")}
    heard = {name: rows[np.isin(rows.recording, spectra["ltas"].recording)] for name, rows in performances.items()}
    found = (
        probe_numbers(clips, _described(clips["embedding"]), "clip", draws)
        + probe_numbers(performances, numbers, "performance", draws)
        + probe_classes(performances, style.drop(columns=numbers.columns).astype(str), draws)
        + audit_channel(spectra | heard, draws)
    )
    scores = _write(found, {"clips": len(clips["embedding"]), "performances": len(performances["embedding"])})
    return describe_findings(found, scores)


def _described(clips: Collection) -> pd.DataFrame:
    """Read the descriptors of these clips; NaN for a recording that could not be described."""
    source = DESCRIBED / "clips.csv"
    try:
        table = pd.read_csv(
            source, dtype={"recording": str, "singer": str, "song": str}, keep_default_na=False, na_values=[""]
        )
    except FileNotFoundError:
        raise BadInputError(f"{source}: no such file; run `dvc repro`") from None
    rows = pd.DataFrame({"recording": clips.recording, "start": clips.start}).merge(
        table, on=["recording", "start"], how="left", indicator=True, validate="one_to_one"
    )
    lost = rows[(rows["_merge"] == "left_only") & rows["recording"].isin(table["recording"])]
    if len(lost):
        raise BadInputError(f"{source}: lacks clips of {lost['recording'].iloc[0]}; run `dvc repro`")
    return rows.drop(columns=["recording", "start", "singer", "song", "_merge"])


def _style(manifest: pd.DataFrame, recordings: Names) -> pd.DataFrame:
    table = manifest.set_index("recording").reindex(recordings)
    return table[[name for name in table.columns if str(name).startswith("style_")]]


def _write(found: ProbeResults, counts: Mapping[str, int]) -> dict[str, Any]:
    PLOTS.mkdir(parents=True, exist_ok=True)
    metrics: dict[str, Any] = {name: {} for name in (EMBEDDING, *BASELINES, "channel_audit")}
    for row in found.rows:
        if row.measure == "accuracy":
            metrics["channel_audit"][row.vectors] = _score(row) | {"points": row.points}
        else:
            metrics[row.vectors][row.target] = _score(row)
    metrics |= {"not_shown": found.not_shown} | dict(counts)
    write_json(METRICS / "probe.json", metrics)
    names = list(ProbeResult.__dataclass_fields__)
    plotted = pd.DataFrame([asdict(row) for row in found.rows], columns=names).round(4)
    plotted.to_csv(PLOTS / "probe.csv", index=False, lineterminator="\n")
    draw_probe(plotted, PLOTS / "probe.png")
    return metrics


def _score(row: ProbeResult) -> dict[str, float]:
    values = {row.measure: row.value, "low": row.low, "high": row.high}
    if row.measure != "r2":
        values["chance"] = row.chance
    scores: dict[str, float] = rounded(values)
    return scores


if __name__ == "__main__":
    run(main, __doc__)
