"""The outlines of the provinces, light enough to travel with every drawing of a map."""

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

OUTLINES = Path(__file__).parents[3] / "data" / "reference" / "map" / "provinces.geojson"

# Degrees of longitude and latitude that a map shows; equal degrees are equal pixels so near the equator.
LONGITUDES, LATITUDES = (94.6, 141.4), (-11.3, 6.4)

# Half a pixel on the widest map. Every corner is moved to the same grid, so that neighbours still touch.
_GRID = 0.03
_FLAT = 0.002

Ring = list[list[float]]


@lru_cache(maxsize=1)
def _outlines() -> dict[str, dict[str, Any]]:
    shipped = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return {feature["id"]: _light(feature) for feature in shipped["features"]}


@lru_cache(maxsize=64)
def _collected(codes: frozenset[str]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [outline for code, outline in _outlines().items() if code in codes],
    }


def outlines(codes: Iterable[str]) -> dict[str, Any]:
    """The outlines of these provinces as GeoJSON; shared, so not to be changed."""
    return _collected(frozenset(codes))


def _light(feature: dict[str, Any]) -> dict[str, Any]:
    """A feature with no more corners than a screen can show; an island of one pixel is left out."""
    shape = feature["geometry"]
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    islands = [[_straightened(ring) for ring in polygon] for polygon in polygons]
    kept = [[ring for ring in island if len(ring) > 3] for island in islands]
    return {
        "type": "Feature",
        "id": feature["id"],
        "geometry": {"type": "MultiPolygon", "coordinates": [island for island in kept if island]},
    }


def _straightened(ring: Ring) -> Ring:
    """A closed line on the grid, without the corners that bend it by less than a pixel."""
    corners: Ring = []
    for corner in ring:
        snapped = [round(round(part / _GRID) * _GRID, 2) for part in corner]
        if not corners or snapped != corners[-1]:
            corners.append(snapped)
    kept = corners[:1]
    for corner, after in pairwise(corners[1:]):
        before = kept[-1]
        across = (corner[0] - before[0]) * (after[1] - corner[1])
        down = (corner[1] - before[1]) * (after[0] - corner[0])
        if abs(across - down) > _FLAT:
            kept.append(corner)
    return kept + corners[-1:] if len(corners) > 1 else corners
