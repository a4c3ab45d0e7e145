"""What is written reads back the same, and is written the same again."""

from hypothesis import given
from tests.pabulib.samples import SMALL, files

from urne.pabulib import PabulibFile, read_pabulib, write_lines, write_pabulib


@given(files())
def test_reading_gives_back_what_was_written(file: PabulibFile) -> None:
    """Writing a file and reading it gives the same file, keys in the same order."""
    again = read_pabulib(write_pabulib(file), "written.pb")
    assert again == file
    assert list(again.meta.items()) == list(file.meta.items())


@given(files())
def test_what_was_read_is_written_the_same(file: PabulibFile) -> None:
    """Written bytes are the one way to write what they say."""
    raw = write_pabulib(file)
    assert write_pabulib(read_pabulib(raw, "written.pb")) == raw


def test_the_written_text_is_plain() -> None:
    """Cells are quoted only where they must be, and costs have cents only where they have any."""
    text = write_pabulib(read_pabulib(SMALL.encode(), "small.pb")).decode()
    assert text == SMALL.replace("3;5,5;1", "3;5.50;1")


def test_a_file_may_be_written_line_by_line() -> None:
    """The pieces of a large file are those of the whole."""
    file = read_pabulib(SMALL.encode(), "small.pb")
    assert "".join(write_lines(file)).encode() == write_pabulib(file)
