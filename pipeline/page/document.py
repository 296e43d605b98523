"""The page as one HTML file: styles, scripts and data are embedded, nothing is fetched, and no name can end a tag."""

import base64
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bokeh.resources import Resources
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.errors import BadInputError
from pipeline.page.facts import Fact
from pipeline.page.standing import Standings

HERE = Path(__file__).parent
MEGABYTE = 10**6
NOTE_BYTES = 1000
# Why a recording is silent is said beside it.
RECORDING_BYTES = 80
# In the order of their dependencies; one closure contains them all.
SCRIPTS = (
    "theme",
    "units",
    "scales",
    "legend",
    "player",
    "strip",
    "names",
    "maps",
    "tools",
    "exact",
    "pair",
    "listening",
    "link",
    "charts",
    "start",
)
ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@dataclass(frozen=True)
class Picture:
    """A figure drawn by another stage: its PNG, title and caption."""

    title: str
    caption: str
    png: bytes

    @property
    def source(self) -> Markup:
        """The PNG as a data URL."""
        return Markup("data:image/png;base64,") + base64.b64encode(self.png).decode()


@dataclass(frozen=True)
class MeasuredResults:
    """What the pipeline measured, below the maps of its own page.

    Attributes
    ----------
    reading : list of str
        What the accuracies mean, one sentence each; then which parameters of style the vectors hold.
    standings : Standings
        The embedding among its rivals.
    facts : list of Fact
        The rows of the training table.
    pictures : list of Picture
    """

    reading: list[str]
    standings: Standings
    facts: list[Fact]
    pictures: list[Picture]


@dataclass(frozen=True)
class Page:
    """The content of the page.

    Attributes
    ----------
    lead : str
        The first sentence: what was recorded.
    learned : str
        The second: what the network had heard of it before.
    results : MeasuredResults or None
        What the pipeline measured; None on a page of maps alone.
    notes : list of str
        What the page cannot show, and why.
    foot : list of str
        Where the page comes from.
    data : dict
        Data for the scripts: finite numbers, text, lists and dicts.
    """

    lead: str
    learned: str
    results: MeasuredResults | None
    notes: list[str]
    foot: list[str]
    data: dict[str, Any]


def compose(page: Page) -> str:
    """Render the HTML; every text is escaped, and equal pages give equal bytes."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    scripts = "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    return environment.get_template("page.html").render(
        page=page,
        bokeh=[Markup(_inside_script(script)) for script in _bokeh()],
        bokeh_version=version("bokeh"),
        style=Markup((HERE / "page.css").read_text(encoding="utf-8")),
        script=Markup(_inside_script(scripts)),
        data=Markup(embedded_json(page.data)),
    )


def room_for_media(page: Page, max_megabytes: float, setting: str, remedy: str) -> int:
    """Compute the bytes left for sound and pictures, after a reserve for notes on what is left out.

    Parameters
    ----------
    page : Page
    max_megabytes : float
    setting, remedy : str
        Where the limit was set, and what else can be done, for the message.

    Raises
    ------
    BadInputError
        The page is larger than allowed without any.
    """
    reasons = RECORDING_BYTES * len(page.data["recordings"])
    bare = len(compose(page).encode()) + NOTE_BYTES + reasons
    room = int(max_megabytes * MEGABYTE) - bare
    if room < 0:
        raise BadInputError(
            f"{setting}: the page takes {bare / MEGABYTE:.1f} MB without any sound; allow more than that{remedy}"
        )
    return room


def embedded_json(value: Any) -> str:
    """Serialise to JSON in ASCII without ``<``, ``>`` and ``&``; parsing it returns the value.

    Raises
    ------
    ValueError
        The value contains NaN or infinity, which JSON cannot express.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).translate(ESCAPES)


def _bokeh() -> list[str]:
    resources = Resources(mode="inline", components=["bokeh", "bokeh-api"])
    return list(resources.js_raw)


def _inside_script(code: str) -> str:
    r"""Escape a literal ``</script`` in a library, which would end its tag; in JavaScript ``\/`` is ``/``."""
    return code.replace("</script", "<\\/script")
