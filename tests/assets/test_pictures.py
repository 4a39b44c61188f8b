"""Drawings for the Dagster UI: well-formed, of finite numbers only, with every word escaped."""

import re
from base64 import b64decode
from xml.etree import ElementTree

import pytest

from craveny_assets.pictures import BOTTOM, COLOURS, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Line, as_image, svg_lines

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert("1")</script>&'


def drawn(*lines: Line, **told) -> ElementTree.Element:
    return read(svg_lines(told.pop("title", "Title"), lines, "across", "up", **told))


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - nobody else's


def words(svg: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in svg.iter(f"{SVG}text")]


def points(svg: ElementTree.Element) -> list[list[tuple[float, float]]]:
    return [
        [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]  # type: ignore[misc]
        for line in svg.iter(f"{SVG}polyline")
    ]


def test_points_fill_the_frame_from_the_lowest_left_to_the_highest_right() -> None:
    (line,) = points(drawn(Line("a", [(2.0, -1.0), (4.0, 3.0), (3.0, 1.0)])))
    bottom, edge = HEIGHT - BOTTOM, WIDTH - RIGHT
    assert line == [(LEFT, bottom), (edge, TOP), ((LEFT + edge) / 2, (TOP + bottom) / 2)]


@pytest.mark.parametrize("where", ["title", "name", "ends"])
def test_words_are_words_whatever_is_in_them(where: str) -> None:
    told = {"title": {"title": HOSTILE}, "ends": {"ends": (HOSTILE, "b")}, "name": {}}[where]
    svg = drawn(Line(HOSTILE if where == "name" else "a", [(0.0, 0.0), (1.0, 1.0)]), **told)
    assert HOSTILE in words(svg)
    assert not list(svg.iter("script")) and not list(svg.iter(f"{SVG}script"))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line("none", [])],
        [Line("one", [(1.0, 1.0)])],
        [Line("level", [(0.0, 5.0), (1.0, 5.0)])],
        [Line("upright", [(3.0, 0.0), (3.0, 9.0)])],
        [Line("gap", [(0.0, 0.0), (1.0, float("nan")), (2.0, 2.0)])],
        [Line("far", [(0.0, float("-inf")), (1.0, 1.0), (float("inf"), 2.0), (2.0, 2.0)])],
        [Line("nothing", [(float("nan"), 1.0)]), Line("a", [(0.0, 1e300), (1.0, -1e300)])],
    ],
)
def test_every_number_is_finite_and_within_the_picture(lines: list[Line]) -> None:
    text = svg_lines("Title", lines, "across", "up")
    svg = read(text)
    assert not re.search(r"\b(nan|inf)\b", text, re.IGNORECASE)
    assert (svg.attrib["width"], svg.attrib["height"]) == (str(WIDTH), str(HEIGHT))
    for line in points(svg):
        assert line
        assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in line)


def test_a_point_that_is_none_is_left_out_and_the_others_stay_where_they_are() -> None:
    whole = Line("a", [(0.0, 0.0), (2.0, 2.0)])
    holed = Line("a", [(0.0, 0.0), (1.0, float("nan")), (2.0, 2.0)])
    assert points(drawn(whole)) == points(drawn(holed))


def test_each_line_is_named_in_its_colour_and_faint_ones_are_dashed() -> None:
    svg = drawn(*(Line(f"line {n}", [(0.0, n), (1.0, n)], is_faint=n == 1) for n in range(len(COLOURS) + 1)))
    lines = list(svg.iter(f"{SVG}polyline"))
    assert [line.attrib["stroke"] for line in lines] == [*COLOURS, COLOURS[0]]
    assert ["stroke-dasharray" in line.attrib for line in lines] == [n == 1 for n in range(len(lines))]
    named = {each.text: each.attrib["fill"] for each in svg.iter(f"{SVG}text")}
    assert [named[f"line {n}"] for n in range(len(lines))] == [line.attrib["stroke"] for line in lines]


def test_an_image_holds_the_drawing_and_the_words_in_its_place() -> None:
    svg = svg_lines("날짜", [Line("a", [(0.0, 0.0)])], "x", "y")
    told = re.fullmatch(r"!\[what it is\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", as_image(svg, "what it is"))
    assert told and b64decode(told[1]).decode() == svg
