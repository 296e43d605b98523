"""The reference of stages tells what dvc.yaml declares."""

from pathlib import Path

from ruamel.yaml import YAML

from docs.hooks.stages import stages_page

ROOT = Path(__file__).parents[2]
PAGE = stages_page(ROOT)


def test_every_stage_has_a_chapter_in_the_order_of_dvc_yaml() -> None:
    headings = [line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")]
    assert headings == list(YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"])


def test_what_is_told_of_a_stage() -> None:
    chapter = PAGE.split("\n## embed\n")[1].split("\n## ")[0]
    assert "**Embed the test part and measure the exact test loss (paper 4, table 1).**" in chapter
    assert "Embed the clips of the test part, and average them" in chapter
    assert "| command | `python -m pipeline.embed` |" in chapter
    assert "| inputs | `data/shards`, `models/style` |" in chapter
    read = (
        "[`seed`](parameters.md#at-the-top)",
        "[`embed`](parameters.md#embed)",
        "[`train.loss`](parameters.md#train)",
        "[`train.margin`](parameters.md#train)",
    )
    assert f"| parameters | {', '.join(read)} |" in chapter
    numbers = "`data/embeddings`, `metrics/environment.json`, `metrics/training.json`"
    assert f"| outputs | {numbers}, `metrics/plots/losses.svg` |" in chapter
    assert "`pipeline/nn`" in chapter


def test_stages_without_a_run_cache_are_all_named() -> None:
    introduction = PAGE.split("```text")[0]
    assert "compute again:\n`embed`, `knn`, `statistics`, `probe`, `tsne`, `look`, `release`. " in introduction


def test_the_graph_names_whose_outputs_each_stage_reads_and_fits_a_screen() -> None:
    drawn = PAGE.split("```text\n")[1].split("```")[0].splitlines()
    assert drawn[0] == "corpus"
    assert "embed        <- shards, train" in drawn
    assert "summary      <- statistics, embed" in drawn
    assert max(map(len, drawn)) <= 100


def test_a_parameter_at_the_top_links_to_its_chapter() -> None:
    assert "[`seed`](parameters.md#at-the-top)" in PAGE
