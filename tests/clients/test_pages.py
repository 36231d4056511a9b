"""Each page begins with a short program that works: it is run as it stands, and prints what the page shows."""

import re

import pytest

from tests.clients import pages, running
from tests.clients.workshop import Workshop

LINES = 10


@pytest.mark.parametrize("name", sorted(running.RUN))
def test_the_program_of_the_page_prints_what_the_page_shows(name: str, request: pytest.FixtureRequest) -> None:
    workshop: Workshop = request.getfixturevalue("javascript" if name in running.JAVASCRIPT else "workshop")
    page = pages.read(name)
    printed, shown = (
        running.EXTENSIONS.sub(",EXTENSIONS", text.strip()) for text in (running.RUN[name](workshop, page.program), page.output)
    )
    assert printed == shown


def test_the_program_for_ariadne_codegen_prints_what_its_page_shows(request: pytest.FixtureRequest, workshop: Workshop) -> None:
    python = running.make_ariadne_client(workshop, request.getfixturevalue("ariadne_codegen"))
    page = pages.read("ariadne-codegen")
    workshop.write("page.py", page.program)
    assert workshop.run(python, "page.py") == page.output


def test_every_client_has_a_page_and_every_page_is_in_the_index() -> None:
    assert pages.names() == sorted([*running.RUN, "ariadne-codegen"])
    index = (pages.FOLDER / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"\((\w[\w-]*)\.md\)", index)) == pages.names()


@pytest.mark.parametrize("name", pages.names())
def test_a_page_begins_with_at_most_one_sentence_and_ten_lines(name: str) -> None:
    page = pages.read(name)
    assert re.fullmatch(r"# .+\n\n([^\n]+[.:]\n\n)?", page.opening), page.opening
    assert len([line for line in page.program.splitlines() if line.strip()]) <= LINES


@pytest.mark.parametrize("name", pages.names())
def test_whatever_else_a_page_shows_is_part_of_a_program_that_the_tests_run(name: str) -> None:
    programs = pages.programs()
    for block in pages.read(name).others:
        assert any(pages.squeezed(block) in program for program in programs), block
