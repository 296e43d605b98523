"""Lay the clips of some test singers out on a plane by t-SNE, in embedding and baseline (paper 4, figure 4).

Reads data/embeddings and data/baseline; writes metrics/plots/tsne.csv (x, y and whose clip it is) and
metrics/plots/tsne.png (rows: baseline and embedding; columns: coloured by singer and by song).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection
from pipeline.analysis.projection import feasible_perplexity, project
from pipeline.figures.tsne import draw_tsne
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.stage import BASELINE, EMBEDDINGS, PLOTS, run

DRAW_SEED, LAYOUT_SEED = 14, 6
MOST_CLIPS = 5000


def main() -> str:
    """Draw the singers, lay out their clips and write the figure."""
    params = load_params()
    embedding, baseline = (Collection.load(folder / "clips.npz") for folder in (EMBEDDINGS, BASELINE))
    embedding.check_same_rows(baseline, str(EMBEDDINGS), str(BASELINE))
    rows = _draw_clips(embedding, params.tsne.singers, np.random.default_rng([params.seed, DRAW_SEED]))
    perplexity = feasible_perplexity(params.tsne.perplexity, len(rows))
    layouts = []
    for number, (name, clips) in enumerate({"baseline": baseline, "embedding": embedding}.items()):
        generator = np.random.default_rng([params.seed, LAYOUT_SEED, number])
        layouts.append(_tabulate(name, clips[rows], project(clips.vectors[rows], perplexity, generator)))
    points = pd.concat(layouts)
    PLOTS.mkdir(parents=True, exist_ok=True)
    points.to_csv(PLOTS / "tsne.csv", index=False)
    draw_tsne(points, PLOTS / "tsne.png")
    singers = counted(len(set(embedding.singer[rows])), "singer")
    said = f"{counted(len(rows), 'clip')} of {singers}, perplexity {perplexity:.3g}"
    if perplexity < params.tsne.perplexity:
        said += f" (tsne.perplexity {params.tsne.perplexity:g} is too much for so few clips)"
    return said


def _draw_clips(clips: Collection, singers: int, generator: np.random.Generator) -> NDArray[np.intp]:
    known = np.unique(clips.singer)
    drawn = generator.choice(known, min(singers, len(known)), replace=False)
    rows = np.flatnonzero(np.isin(clips.singer, drawn))
    if len(rows) > MOST_CLIPS:
        rows = np.sort(generator.choice(rows, MOST_CLIPS, replace=False))
    return rows


def _tabulate(name: str, clips: Collection, layout: NDArray[np.float64]) -> pd.DataFrame:
    columns = {"x": layout[:, 0].round(4), "y": layout[:, 1].round(4), "vectors": name}
    return pd.DataFrame(columns | {field: getattr(clips, field) for field in ("singer", "song", "recording", "start")})


if __name__ == "__main__":
    run(main, __doc__)
