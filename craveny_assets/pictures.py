"""Small drawings for the Dagster UI: lines over a frame as SVG, as images that markdown can hold.

What is drawn is chosen elsewhere (`days.comparison_pictures`); nothing is read or computed here.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from math import isfinite

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 680, 300, 60, 210, 30, 40
COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#bf3989", "#0a7ea4", "#57606a")


@dataclass(frozen=True)
class Line:
    """Points joined from left to right; `is_faint` ones stand behind the others."""

    name: str
    points: Sequence[tuple[float, float]]
    is_faint: bool = False


def svg_lines(
    title: str, lines: Sequence[Line], x_label: str, y_label: str, ends: tuple[str, str] | None = None
) -> str:
    """Lines over one frame, each named beside it; `ends` are the words at both ends of the x axis (none: numbers).

    Points that are not finite are left out, and so is a line without any other."""
    finite = (replace(line, points=[point for point in line.points if all(map(isfinite, point))]) for line in lines)
    drawn = [line for line in finite if line.points]
    xs, ys = ([point[at] for line in drawn for point in line.points] or [0.0] for at in (0, 1))
    (x0, x1), (y0, y1) = _span(xs), _span(ys)
    across, down = (WIDTH - LEFT - RIGHT) / (x1 - x0), (HEIGHT - TOP - BOTTOM) / (y1 - y0)
    left, right = ends or (f"{x0:.2f}", f"{x1:.2f}")
    bottom, edge = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<path d="M{LEFT} {TOP}V{bottom}H{edge}" fill="none" stroke="#57606a"/>',
        _text(LEFT, TOP - 12, title, size=14),
        _text(LEFT, bottom + 16, left),
        _text(edge, bottom + 16, right, anchor="end"),
        _text((LEFT + edge) / 2, bottom + 32, x_label, anchor="middle"),
        _text(LEFT - 6, bottom, f"{y0:.2f}", anchor="end"),
        _text(LEFT - 6, TOP + 8, f"{y1:.2f}", anchor="end"),
        f'<g transform="rotate(-90 14 {HEIGHT / 2})">{_text(14, HEIGHT / 2, y_label, anchor="middle")}</g>',
    ]
    for at, line in enumerate(drawn):
        colour = COLOURS[at % len(COLOURS)]
        path = " ".join(f"{LEFT + (x - x0) * across:.1f},{bottom - (y - y0) * down:.1f}" for x, y in line.points)
        look = 'stroke-width="1" stroke-dasharray="4 3"' if line.is_faint else 'stroke-width="2"'
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" {look}/>')
        parts.append(_text(edge + 10, TOP + 12 + 16 * at, line.name, colour=colour))
    return "".join([*parts, "</svg>"])


def as_image(svg: str, words: str) -> str:
    """The drawing as an image of markdown, with words for who cannot see it."""
    return f"![{words}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12, colour: str = "#1f2328") -> str:
    look = f'text-anchor="{anchor}" font-size="{size}" fill="{colour}"'
    return f'<text x="{x:.0f}" y="{y:.0f}" {look}>{escape(words)}</text>'
