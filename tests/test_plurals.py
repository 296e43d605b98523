"""No message says "1 recordings": a number before a plural goes through `pipeline.runtime.counting.counted`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("pipeline", "singing_style")
NOUN = re.compile(
    r" ([\w-]+ )?(channels|clips|epochs|files|folders|frames|impostors|links|names|others|paths|pairs|parameters"
    r"|performances|points|recordings|remarks|rows|runs|seeds|shards|singers|songs|takes|targets|trials|values|vectors)\b"
)
# A word that, standing between, shows that the number is no number of them.
APART = re.compile(r" (and|are|but|by|compares|contradict|from|has|have|holds?|in|is|of|on|the|to|with|without) ")


def number_before_a_plural(source: str) -> Iterator[str]:
    """Yield what stands before a plural in f-strings, but for constants, decimals, lists and what counts."""
    for text in ast.walk(ast.parse(source)):
        if not isinstance(text, ast.JoinedStr):
            continue
        for one, after in zip(text.values, text.values[1:], strict=False):
            words = NOUN.match(str(after.value)) if isinstance(after, ast.Constant) else None
            if words and isinstance(one, ast.FormattedValue) and not APART.match(words[0]) and _may_be_one(one):
                yield f"{{{ast.unparse(one.value)}}}{words[0]}"


def _may_be_one(number: ast.FormattedValue) -> bool:
    written = ast.unparse(number.value)
    decimals = number.format_spec is not None and "f" in ast.unparse(number.format_spec)
    counts = written.startswith(("counted(", "_slashed(", "some("))
    return not (decimals or counts or written.isupper() or ".join(" in written)


def test_what_is_found_and_what_is_left() -> None:
    source = """f"{n} recordings", f"{n} short takes", f"{FEWEST} singers", f"{counted(n, 'clip')}", f"{x} of files" """
    assert list(number_before_a_plural(source)) == ["{n} recordings", "{n} short takes"]


# Of these there is never one: it takes two for the message to arise, or the words hold no number of them.
SEVERAL = {
    "pipeline/audio/steps/voice.py: {settings.clip_frames} frames",
    "pipeline/audio/stored.py: {self._file.channels} channels",
    "pipeline/baseline.py: {clips.vectors.shape[1]} values",
    "pipeline/corpora/splits/balanced.py: {row['singers']} singers",
    "pipeline/corpora/splits/balanced.py: {row['songs']} songs",
    "pipeline/features.py: {sum(done.results.values())} frames",
    "pipeline/figures/probe.py: {results['singers'].max()} singers",
    "pipeline/look.py: {len(voiced.frames)} frames",
    "pipeline/nn/objectives/contrastive.py: {half} pairs",
    "pipeline/page/facts.py: {k} nearest performances",
    "pipeline/page/facts.py: {performances} performances",
    "pipeline/studies/ablation_fold.py: {2 * folds} singers",
    "pipeline/studies/paper_results.py: {seeds} seeds",
    "singing_style/calibration/calibrate.py: {math.ceil(1 / strangers)} pairs",
    "singing_style/cli/pairs.py: {len(embedded.performances)} recordings",
    "singing_style/cli/console.py: {len(names)} recordings",
    "singing_style/cli/remarks.py: {len(performances)} recordings",
    "singing_style/evaluation/matching.py: {fit} several vectors",
    "singing_style/evaluation/trial_set.py: {len(names)} recordings",
    "singing_style/evaluation/vector_file.py: {len(names)} vectors",
    "singing_style/takes.py: {len(holding)} folders",
    "singing_style/validation/channel.py: {len(singer)} recordings",
    "singing_style/validation/sound.py: {len(checkups)} recordings",
    "singing_style/validation/splits.py: {best} songs",
    "singing_style/validation/splits.py: {row.performances} performances",
    "singing_style/validation/splits.py: {row.singers} singers",
    "singing_style/validation/splits.py: {row.songs} songs",
    "singing_style/validation/splits.py: {singers} singers",
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_one_is_singular_in_every_message(folder: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {one}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for one in number_before_a_plural(path.read_text())
    }
    assert found == {one for one in SEVERAL if one.startswith(folder)}
