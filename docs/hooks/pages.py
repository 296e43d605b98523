"""The hook that MkDocs calls: pages and pictures that are generated or copied when the site is built.

The pages `parameters.md`, `stages.md` and `command.md` of the reference are generated. The results of `make bench`,
with their figures, are copied unchanged. Figures of the pipeline are those in docs/figures, which `make tables` writes
together with the tables, so that text, tables and figures are of one run, whatever was run since.
"""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from docs.hooks.command import command_page
from docs.hooks.includes import fill_in
from docs.hooks.parameters import parameters_page
from docs.hooks.stages import stages_page

UNMEASURED = """# Results

`make bench` was not run on the machine on which this site was built. It writes `benchmarks/RESULTS.md`; run it and
build the site again.
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and the figures of the benchmarks, to the site."""
    root = Path(config.config_file_path).parent
    generated = {
        "reference/parameters.md": parameters_page(root),
        "reference/stages.md": stages_page(root),
        "reference/command.md": command_page(),
        "benchmarks/results.md": bench_results(root),
    }
    for name, text in generated.items():
        files.append(File.generated(config, name, content=text))
    for path in sorted((root / "benchmarks").glob("*.svg")):
        files.append(File.generated(config, f"benchmarks/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Replace the lines of a page that include another file."""
    return fill_in(markdown, page.file.src_uri, Path(config.config_file_path).parent)


def bench_results(root: Path) -> str:
    """Return the results of `make bench`, or a page that says that there are none."""
    measured = root / "benchmarks/RESULTS.md"
    return measured.read_text() if measured.is_file() else UNMEASURED
