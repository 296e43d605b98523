import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import BadInputError
from pipeline.studies.page_picture import HEIGHT, WIDTH, take_picture


@pytest.mark.skipif(not any(map(shutil.which, ("chromium", "chromium-browser"))), reason="no Chromium")
def test_the_picture_shows_the_page_with_a_performance_chosen(
    write_page: Callable[..., tuple[Path, str]], tmp_path: Path
) -> None:
    page, _ = write_page()
    take_picture(page, tmp_path / "page.png")
    with Image.open(tmp_path / "page.png") as picture:
        assert picture.size == (WIDTH, HEIGHT)
        assert len(picture.convert("RGB").getcolors(2**24) or []) > 20


def test_without_a_page_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such page; run `dvc repro report`"):
        take_picture(tmp_path / "index.html", tmp_path / "page.png")


def test_without_a_browser_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index.html").touch()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BadInputError, match="install Chromium"):
        take_picture(tmp_path / "index.html", tmp_path / "page.png")
