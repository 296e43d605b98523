"""The vectors beside which an embedding is judged: a claim holds only against the strongest of them.

The paper's handcrafted baseline knows the song, above all by its chroma. The others ask harder questions of the
embedding: the same without chroma, means of mel-frequency cepstral coefficients, and the network before training.
"""

from pathlib import Path

from pipeline.analysis.collection import Collection

EMBEDDING, UNTRAINED = "embedding", "untrained"
# What people read, by name in the metrics.
BASELINES = {
    "baseline": "handcrafted baseline",
    "baseline_without_chroma": "baseline without chroma",
    "mfcc_means": "MFCC means",
    UNTRAINED: "untrained network",
}
FILES = {
    EMBEDDING: "performances.npz",
    "baseline": "performances.npz",
    "baseline_without_chroma": "performances_without_chroma.npz",
    "mfcc_means": "performances_mfcc_means.npz",
    UNTRAINED: "performances_untrained.npz",
}


def load_performances(embeddings: Path, baseline: Path) -> dict[str, Collection]:
    """Load the same performances by every kind of vectors, the embedding first.

    Parameters
    ----------
    embeddings, baseline : Path
        Folders of the stages embed and baseline.

    Raises
    ------
    BadInputError
        A file is missing or damaged, or holds other performances.
    """
    paths = {name: (embeddings if name in (EMBEDDING, UNTRAINED) else baseline) / file for name, file in FILES.items()}
    loaded = {name: Collection.load(path) for name, path in paths.items()}
    for name in BASELINES:
        loaded[EMBEDDING].check_same_rows(loaded[name], str(paths[EMBEDDING]), str(paths[name]))
    return loaded
