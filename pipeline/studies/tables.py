"""Write the tables of README and documents from metrics/, so that no figure in them is typed by hand.

A table stands between the comments ``<!-- table: NAME -->`` and ``<!-- end of table -->``, and is replaced there. The
pictures that documents show are copied from metrics/plots into docs/figures at the same time, those of `make ablation`
and `make paper` drawn anew from their metrics: a later run changes none of these.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.analysis.conditions import ACROSS_SONGS
from pipeline.analysis.held_style import held_style
from pipeline.errors import BadInputError
from pipeline.figures.ablation import draw_ablation
from pipeline.runtime.metrics import read_json
from pipeline.runtime.program import one_line_faults, parser
from pipeline.runtime.stage import METRICS, PLOTS
from pipeline.studies import answers_table, speech_detection, voice_detection
from pipeline.studies.ablation import tabulate
from pipeline.studies.ablation_goals import goals_table
from pipeline.studies.judge_table import judged_differences, judged_outline, judged_table
from pipeline.studies.markdown_table import markdown, with_interval
from pipeline.studies.paper_claims import table_one
from pipeline.studies.paper_results import claims_table, describe_outcome, draw_kept, kept_summary, runs_table
from pipeline.studies.seeds_table import (
    EER,
    HELD,
    TASKS,
    held_table,
    rivals_table,
    seeds_differences_table,
    seeds_table,
)

PICTURES = Path("docs/figures")
SHOWN = ("ablation.svg", "knn.svg", "paper.svg", "tsne.svg", "voicing.svg")
# Indented or oddly written, too: a marker that is not understood is reported, never passed over.
MARKER = re.compile(r"^[ \t]*<!--\s*table:", re.IGNORECASE | re.MULTILINE)
END = "<!-- end of table -->"
PLACE = re.compile(rf"^<!-- table: ([^\n]+?) -->\n.*?^{END}", re.DOTALL | re.MULTILINE)
# Rows of `make ablation` for README, by name there.
OUTLINE = {
    "all of it": "the preset",
    "the choir alone": "the choir alone, no real voices",
    "the paper's loss": "the paper's loss, all else the same",
    "not trained": "not trained",
    "handcrafted baseline": "handcrafted baseline",
    "MFCC means": "MFCC means",
}


def main() -> None:
    """Run from the command line."""
    parser("pipeline.studies.tables", __doc__).parse_args()
    with one_line_faults("tables"):
        for page in find_pages():
            text = page.read_text(encoding="utf-8")
            written = fill_in(text, str(page))
            page.write_text(written, encoding="utf-8")
            print(f"{page}: {'as it was' if written == text else 'rewritten'}")
        draw_ablation(read_json(METRICS / "ablation.json", "make ablation")["rows"], PLOTS / "ablation.png")
        draw_kept(read_json(METRICS / "paper.json", "make paper"))
        copy_pictures()


def find_pages(root: Path = Path()) -> list[Path]:
    """Find README and the documents of a repository that hold tables; return their paths in it."""
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return [page.relative_to(root) for page in pages if MARKER.search(page.read_text(encoding="utf-8"))]


def fill_in(text: str, source: str) -> str:
    """Replace every table of a page by what metrics/ says today.

    Parameters
    ----------
    text : str
        The page in Markdown.
    source : str
        The page's name, for the message.

    Raises
    ------
    BadInputError
        A table has an unknown name or no end, or its metrics are missing.
    """
    for place in MARKER.finditer(text):
        whole = PLACE.match(text, place.start())
        if not whole or MARKER.search(whole[0], 1):
            line = text[place.start() :].partition("\n")[0]
            raise BadInputError(
                f"{source}: {line.strip()} has no end, or does not stand alone; write <!-- table: NAME --> and {END}, "
                "each on a line of its own"
            )

    def table(place: re.Match[str]) -> str:
        name = place[1]
        if name not in TABLES:
            raise BadInputError(f"{source}: no table is called {name}; there are {', '.join(TABLES)}")
        return f"<!-- table: {name} -->\n\n{TABLES[name]().strip()}\n\n{END}"

    return PLACE.sub(table, text)


def copy_pictures() -> None:
    """Copy the pictures that documents show.

    Raises
    ------
    BadInputError
        One has not been drawn.
    """
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in SHOWN:
        try:
            shutil.copyfile(PLOTS / name, PICTURES / name)
        except FileNotFoundError:
            raise BadInputError(f"{PLOTS}/{name}: no such file; run what draws it") from None


def accuracy_table() -> str:
    """Tabulate the default run: every kind of vectors, with intervals over singers, and chance."""
    statistics = read_json(METRICS / "statistics.json", "dvc repro statistics")
    tasks = [task for task in TASKS if task in statistics["chance"]]
    head = ["1-nearest neighbour", *(TASKS[task] for task in tasks), EER]
    rows = [
        [
            BASELINES.get(vectors, vectors),
            *(_share(statistics["accuracy"][vectors][task]["k01"]) for task in tasks),
            _percent(statistics["verification"][vectors][ACROSS_SONGS]["eer"]),
        ]
        for vectors in (EMBEDDING, *BASELINES)
    ]
    chance = ["chance", *(f"{statistics['chance'][task]['k01']:.2f}" for task in tasks), "50 %"]
    return markdown([head, *rows, chance])


def difference_table() -> str:
    """Tabulate by how much the embedding does better or worse than each baseline, paired, with intervals."""
    statistics = read_json(METRICS / "statistics.json", "dvc repro statistics")
    tasks = [task for task in TASKS if task in statistics["chance"]]
    head = ["embedding less ...", *(TASKS[task] for task in tasks), EER]
    rows = [
        [
            label,
            *(_share(statistics["gain_over"][name][task]["k01"], "+.2f") for task in tasks),
            _percent(statistics["eer_less"][name][ACROSS_SONGS], "+.1f"),
        ]
        for name, label in BASELINES.items()
    ]
    return markdown([head, *rows])


def styles() -> str:
    """Tabulate which parameters of style the default run's vectors hold."""
    probe = read_json(METRICS / "probe.json", "dvc repro probe")
    rows = []
    for vectors in (EMBEDDING, *BASELINES):
        held, not_held = held_style(probe[vectors])
        count = f"{len(held)} of {len(held) + len(not_held)}"
        rows.append([BASELINES.get(vectors, vectors), count, ", ".join(held) or "none"])
    return markdown([["vectors", HELD, "which, the surest first"], *rows])


def seeds() -> str:
    """Tabulate what `make seeds` measured, with mean and range."""
    return seeds_table(read_json(METRICS / "seeds.json", "make seeds"))


def seed_differences() -> str:
    """Tabulate, run by run, by how much the embedding is better or worse than MFCC means."""
    return seeds_differences_table(read_json(METRICS / "seeds.json", "make seeds"))


def seed_styles() -> str:
    """Tabulate which parameters of style the embeddings of `make seeds` hold, and which the baselines."""
    return held_table(read_json(METRICS / "seeds.json", "make seeds"))


def light_and_movement() -> str:
    """Tabulate the light network and the one that hears movement, seed by seed."""
    return rivals_table(
        read_json(METRICS / "seeds.json", "make seeds"),
        [
            "a light network, the same objective",
            "a light network of 128 dimensions, the same objective",
            "a light network that hears movement, the same objective",
        ],
    )


def paper_table() -> str:
    """Tabulate what `make paper` measured, beside the paper's table 1."""
    paper = read_json(METRICS / "paper.json", "make paper")
    return table_one(kept_summary(paper), 1, len(paper["seeds"]))


def paper_outcome() -> str:
    """Say how the runs of `make paper` ended, and how many of the paper's rankings hold."""
    return describe_outcome(read_json(METRICS / "paper.json", "make paper"))


def paper_runs() -> str:
    """Tabulate every run of `make paper`, with its steps and what ended it."""
    return runs_table(read_json(METRICS / "paper.json", "make paper")["runs"])


def paper_claims_table() -> str:
    """Tabulate in how many seeds each of the paper's rankings held in `make paper`."""
    return claims_table(read_json(METRICS / "paper.json", "make paper")["claims"])


def ablation_table() -> str:
    """Tabulate what `make ablation` measured."""
    return tabulate(read_json(METRICS / "ablation.json", "make ablation")["rows"])


def ablation_outline() -> str:
    """Tabulate the rows of `make ablation` that say most."""
    rows = read_json(METRICS / "ablation.json", "make ablation")["rows"]
    return tabulate({label: rows[name] for name, label in OUTLINE.items() if name in rows})


def ablation_goals() -> str:
    """Tabulate the goals that were set for the preset, and what `make ablation` found."""
    return goals_table(read_json(METRICS / "ablation.json", "make ablation")["rows"])


def judge_table() -> str:
    """Tabulate what `make judge` measured of the model in the package."""
    return judged_table(read_json(METRICS / "judge.json", "make judge"))


def judge_outline() -> str:
    """Tabulate of `make judge` the error rates alone, beside MFCC means and the goal."""
    return judged_outline(read_json(METRICS / "judge.json", "make judge"))


def judge_differences() -> str:
    """Tabulate by how much the model in the package is better or worse than each baseline of `make judge`."""
    return judged_differences(read_json(METRICS / "judge.json", "make judge"))


def voice_detection_table() -> str:
    """Tabulate what `make voice-detection` measured."""
    return voice_detection.tabulate(read_json(voice_detection.TARGET, voice_detection.REMEDY))


def speech_detection_table() -> str:
    """Tabulate what `make speech-detection` measured."""
    return speech_detection.tabulate(read_json(speech_detection.TARGET, speech_detection.REMEDY))


def _share(estimate: Mapping[str, float], form: str = ".2f") -> str:
    return with_interval(estimate, 1, form)


def _percent(estimate: Mapping[str, float], form: str = ".1f") -> str:
    return with_interval(estimate, 100, form) + " %"


TABLES: dict[str, Callable[[], str]] = {
    "accuracy": accuracy_table,
    "difference": difference_table,
    "styles": styles,
    "seeds": seeds,
    "seed_differences": seed_differences,
    "seed_styles": seed_styles,
    "light_and_movement": light_and_movement,
    "paper": paper_table,
    "paper_outcome": paper_outcome,
    "paper_runs": paper_runs,
    "paper_claims": paper_claims_table,
    "ablation": ablation_table,
    "ablation_outline": ablation_outline,
    "ablation_goals": ablation_goals,
    "judge": judge_table,
    "judge_outline": judge_outline,
    "judge_differences": judge_differences,
    "voice_detection": voice_detection_table,
    "speech_detection": speech_detection_table,
    "verdicts": answers_table.verdicts_table,
    "verdicts_beside_means": answers_table.verdicts_beside_means_table,
    "ways": answers_table.ways_table,
    "disagreements": answers_table.disagreements_table,
    "promises": answers_table.promises_table,
    "evaluation": answers_table.evaluation,
}


if __name__ == "__main__":
    main()
