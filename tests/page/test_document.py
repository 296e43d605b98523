import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.page.document import embedded_json


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(
    st.one_of(st.text(), st.sampled_from(["</script><script>alert(1)</script>", "<!--<script>", "]]>", "\u2028&lt;"]))
)
def test_any_text_comes_back_and_stays_inside_its_tag(text: str) -> None:
    written = embedded_json({"name": text})
    parser = Tags()
    parser.feed(f"<script>{written}</script>")
    assert parser.seen == ["script"]
    assert json.loads(parser.text) == {"name": text}


def test_numbers_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        embedded_json([float("nan")])
