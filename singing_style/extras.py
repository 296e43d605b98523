"""What `pip install .` leaves out, since most answers do without, and how to get it where one does not."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import BadInputError

# Of the extra `drawing`, for `look`, `map` and `StyleTransformer`, under the names of their modules.
DRAWING = ("PIL", "bokeh", "jinja2", "markupsafe", "matplotlib", "sklearn")


@contextmanager
def naming_extra() -> Iterator[None]:
    """Say which extra brings a package that is needed within the context and not installed.

    Raises
    ------
    BadInputError
        One of `DRAWING` is missing.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        if name not in DRAWING:
            raise
        raise BadInputError(f"{name}: not installed; pip install 'singing-style[drawing]'") from None
