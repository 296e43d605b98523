"""What `pip install .` leaves out, since most answers do without, and how to get it where one does not."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import BadInputError

# By the extra that brings them, packages under the names of their modules: `drawing` is for `look`, `map` and
# `StyleTransformer`, `networks` for models with another network than the light one.
EXTRAS = {
    "drawing": ("PIL", "bokeh", "jinja2", "markupsafe", "matplotlib", "sklearn"),
    "networks": ("torch",),
}


@contextmanager
def naming_extra(whole: str = "") -> Iterator[None]:
    """Say which extra brings a package that is needed within the context and not installed.

    Parameters
    ----------
    whole : str, optional
        An extra that brings this package and others that will be needed, too; to be named in its place.

    Raises
    ------
    BadInputError
        One of `EXTRAS` is missing.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        name = (missing.name or "").partition(".")[0]
        extra = next((extra for extra, packages in EXTRAS.items() if name in packages), None)
        if not extra:
            raise
        raise BadInputError(
            f"{name} is missing, which this needs; pip install 'singing-style[{whole or extra}]'"
        ) from None
