"""Geometry for data_visualization blocks: the numbers turned into points on a canvas, drawn by a template."""

import math
from dataclasses import dataclass

from bot.workspace.model import Json

WIDTH, HEIGHT = 480, 200
LEFT, BOTTOM, TOP = 36, 28, 10


@dataclass(frozen=True)
class Mark:
    """A bar (x, y, width, height), or a line's or slice's `path`; `title` is what it says."""

    series: int
    title: str
    path: str = ""
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    kind: str
    legend: list[str]
    marks: list[Mark]
    below: list[Label]
    beside: list[Label]
    summary: str


def chart(block: Json) -> Chart:
    body = block["chart"]
    return _pie(body) if body["type"] == "pie" else _axes(body)


@dataclass(frozen=True)
class _Grid:
    """Where categories and values stand on the canvas."""

    names: list[str]
    top: float

    @property
    def step(self) -> float:
        return (WIDTH - LEFT) / len(self.names)

    @property
    def centres(self) -> list[float]:
        return [LEFT + self.step * (place + 0.5) for place in range(len(self.names))]

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - max(value, 0) / self.top * (HEIGHT - BOTTOM - TOP)


def _axes(body: Json) -> Chart:
    names, legend = body["axis_config"]["categories"], [line["name"] for line in body["series"]]
    values = [[point["value"] for point in line["data"]] for line in body["series"]]
    grid = _Grid(names, _round_up(max(value for line in values for value in line)))
    if body["type"] == "bar":
        marks = _bars(grid, legend, values)
    else:
        closed = body["type"] == "area"
        marks = [Mark(n, legend[n], path=_path(grid, line, closed)) for n, line in enumerate(values)]
    below = [Label(x, HEIGHT - 10, name) for x, name in zip(grid.centres, names, strict=True)]
    beside = [Label(LEFT - 6, grid.y(value), f"{value:g}") for value in (0, grid.top / 2, grid.top)]
    return Chart(body["type"], legend, marks, below, beside, _summary(legend, names, values))


def _bars(grid: _Grid, legend: list[str], values: list[list[float]]) -> list[Mark]:
    width = min(grid.step * 0.7 / len(values), 48)
    return [
        Mark(
            series,
            f"{legend[series]}, {grid.names[place]}: {value:g}",
            x=grid.centres[place] + (series - len(values) / 2) * width,
            y=grid.y(value),
            width=width - 2,
            height=grid.y(0) - grid.y(value),
        )
        for series, line in enumerate(values)
        for place, value in enumerate(line)
    ]


def _path(grid: _Grid, line: list[float], closed: bool) -> str:
    points = [f"{x:.1f},{grid.y(value):.1f}" for x, value in zip(grid.centres, line, strict=True)]
    if closed:
        floor = grid.y(0)
        points = [f"{grid.centres[0]:.1f},{floor:.1f}", *points, f"{grid.centres[-1]:.1f},{floor:.1f}"]
    return "M" + " L".join(points) + ("Z" if closed else "")


def _pie(body: Json) -> Chart:
    slices = body["segments"]
    total, turned, marks = sum(part["value"] for part in slices), 0.0, []
    for index, part in enumerate(slices):
        share = part["value"] / total
        marks.append(Mark(index, f"{part['label']}: {share:.0%}", path=_slice(turned, share)))
        turned += share
    legend = [f"{part['label']} {part['value'] / total:.0%}" for part in slices]
    return Chart("pie", legend, marks, [], [], "; ".join(legend))


def _slice(start: float, share: float) -> str:
    centre_x, centre_y, radius = WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - TOP
    end = start + min(share, 0.9999)  # a whole circle has no two ends to draw an arc between

    def point(turn: float) -> str:
        angle = 2 * math.pi * turn - math.pi / 2
        return f"{centre_x + radius * math.cos(angle):.2f},{centre_y + radius * math.sin(angle):.2f}"

    large = int(share > 0.5)
    return f"M{centre_x},{centre_y} L{point(start)} A{radius},{radius} 0 {large} 1 {point(end)} Z"


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 ... that is not below the value."""
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(size * step for step in (1, 2, 5, 10) if size * step >= value)


def _summary(legend: list[str], names: list[str], values: list[list[float]]) -> str:
    lines = (
        f"{name}: " + ", ".join(f"{place} {value:g}" for place, value in zip(names, line, strict=True))
        for name, line in zip(legend, values, strict=True)
    )
    return "; ".join(lines)
