"""Take the picture of the page with which README opens: docs/page.png, from report/index.html.

Opens the page in a browser without a network, chooses the first performance, and photographs what is then in sight.
Needs Chromium, such as Debian's package chromium.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from pipeline.errors import BadInputError
from pipeline.runtime.program import one_line_faults, parser
from pipeline.runtime.stage import PAGE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURE = Path("docs/page.png")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--mute-audio", "--autoplay-policy=no-user-gesture-required"]
WIDTH, HEIGHT = 1280, 800
# A third of the size, and no difference to be seen.
COLOURS = 128


def main() -> None:
    """Run from the command line."""
    parser("pipeline.studies.page_picture", __doc__).parse_args()
    with one_line_faults("page_picture"):
        if not PAGE.is_file():
            raise BadInputError(f"{PAGE}: no such page; run `dvc repro report`")
        with chromium() as browser:
            take_picture(browser, PAGE, PICTURE)
        print(f"written: {PICTURE}, {PICTURE.stat().st_size / 1000:.0f} kB")


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Start the machine's Chromium, and end it.

    Raises
    ------
    BadInputError
        None is installed.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise BadInputError(f"none of {', '.join(BROWSERS)} is installed; install Chromium (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=found, args=FLAGS) as browser:
        yield browser


def take_picture(browser: "Browser", page: Path, picture: Path) -> None:
    """Photograph a page on which the first performance is chosen.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
        Running.
    page : Path
        As stage `report` writes it.
    picture : Path
        PNG.
    """
    sheet = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, offline=True, color_scheme="light")
    sheet.goto(page.absolute().as_uri())
    sheet.wait_for_selector("body[data-ready=true]")
    sheet.locator("#performance-list button").first.click()
    sheet.evaluate("scrollTo(0, 0)")
    sheet.wait_for_timeout(1000)  # the maps draw their rings
    shot = Image.open(BytesIO(sheet.screenshot()))
    shot.convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    sheet.close()


if __name__ == "__main__":
    main()
