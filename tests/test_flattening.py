"""Photos of sheets are cut out and set straight; scans stay as they are; shadows go."""

import cv2
import numpy as np
import pytest

from extractors.flattening import evenly_lit, find_sheet, flattened, without_creases
from extractors.opening import Image


def _photographed(sheet: Image, corners: list[tuple[int, int]], ground: tuple[int, int, int]) -> Image:
    height, width = sheet.shape[:2]
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    transform = cv2.getPerspectiveTransform(frame, np.array(corners, np.float32))
    photo = np.full((2000, 1500, 3), ground, np.uint8)
    warped = cv2.warpPerspective(sheet, transform, (1500, 2000), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), transform, (1500, 2000))
    photo[mask > 127] = warped[mask > 127]
    grain = np.random.default_rng(3).normal(0, 3, photo.shape)
    return np.clip(photo.astype(np.float32) + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("ground", [(40, 40, 40), (70, 105, 150), (150, 150, 150), (214, 210, 205)])
def test_sheet_is_found_on_its_ground(sheet: Image, ground: tuple[int, int, int]) -> None:
    corners = [(170, 210), (1290, 150), (1400, 1820), (90, 1890)]
    found = find_sheet(_photographed(sheet, corners, ground))
    assert found is not None
    assert np.abs(found - np.array(corners)).max() < 15


def test_photo_becomes_as_straight_as_a_scan(sheet: Image) -> None:
    flat = flattened(_photographed(sheet, [(170, 210), (1290, 150), (1400, 1820), (90, 1890)], (60, 80, 90)))
    across, down = 1170 / flat.shape[1], 1654 / flat.shape[0]
    again = cv2.resize(flat, (1170, 1654), interpolation=cv2.INTER_AREA)
    dark = again[:, :, 1] < 128
    # The frame's four sides stand where they stand on the sheet, all along.
    assert 0.5 < across / down < 2
    for rows, columns in ((slice(112, 130), slice(110, 1060)), (slice(1410, 1430), slice(110, 1060))):
        assert dark[rows, columns].any(axis=0).mean() > 0.95
    for rows, columns in ((slice(130, 1410), slice(92, 110)), (slice(130, 1410), slice(1060, 1080))):
        assert dark[rows, columns].any(axis=1).mean() > 0.95


def test_scans_are_left_alone(sheet: Image) -> None:
    framed = cv2.copyMakeBorder(sheet[100:1440, 80:1090], 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=(246, 246, 246))
    panel = sheet.copy()
    panel[300:1300, 150:1000] = (panel[300:1300, 150:1000] * np.array([0.8, 0.85, 0.95])).astype(np.uint8)
    for scan in (sheet, framed, panel):
        assert find_sheet(scan) is None
        assert np.array_equal(flattened(scan)[50], scan[50]) or scan is panel


def test_shadow_goes_and_colour_stays(sheet: Image) -> None:
    sealed = sheet.copy()
    cv2.circle(sealed, (800, 1500), 90, (40, 40, 210), 8)
    light = np.linspace(1.0, 0.55, 1170)[None, :, None]
    even = evenly_lit((sealed * light).astype(np.uint8))
    paper = np.median(even[:100], axis=(0, 2))
    assert paper.min() > 0.93 * paper.max()
    red = even[1500, 884:896].mean(axis=0)
    assert red[2] > 150
    assert red[2] > red[0] + 90


def test_even_light_changes_nothing(sheet: Image) -> None:
    assert evenly_lit(sheet) is sheet


def _creased(sheet: Image, *, slant: int) -> Image:
    height, width = sheet.shape[:2]
    places = np.linspace(500, 500 + slant, height)[:, None]
    fall = 1 - 0.4 * np.exp(-(((np.arange(width) - places) / 4) ** 2))
    return (sheet * fall[:, :, None]).astype(np.uint8)


@pytest.mark.parametrize("slant", [0, 30, -45])
@pytest.mark.parametrize("across", [False, True])
def test_creases_go_and_print_stays(sheet: Image, slant: int, *, across: bool) -> None:
    creased = _creased(sheet, slant=slant)
    wanted = sheet.transpose(1, 0, 2) if across else sheet
    smooth = without_creases(np.ascontiguousarray(creased.transpose(1, 0, 2) if across else creased))
    before, after = (
        wanted_there - there.astype(int) > 25 for wanted_there, there in ((sheet, creased), (wanted, smooth))
    )
    assert after.sum() < 0.05 * before.sum()
    assert np.abs(smooth.astype(int) - wanted)[wanted < 100].mean() < 5


def test_a_ruling_in_a_crease_stays(sheet: Image) -> None:
    ruled = sheet.copy()
    height, width = sheet.shape[:2]
    middle = height // 2
    ruled[middle - 60 : middle + 60] = np.median(sheet, axis=(0, 1))
    across = slice(int(0.12 * width), int(0.85 * width))
    ruled[middle - 1 : middle + 2, across] = 40
    fall = 1 - 0.4 * np.exp(-(((np.arange(height) - middle) / 5) ** 2))
    smooth = without_creases((ruled * fall[:, None, None]).astype(np.uint8))
    off = np.abs(smooth.astype(int) - ruled)[middle]
    assert off[across].mean() < 25
    assert off[: int(0.1 * width)].mean() < 25


def test_rulings_are_no_creases(sheet: Image) -> None:
    assert without_creases(sheet) is sheet


def test_quarter_between_creases_is_no_sheet(sheet: Image) -> None:
    folded = _creased(sheet, slant=10)
    folded = np.ascontiguousarray(
        _creased(np.ascontiguousarray(folded.transpose(1, 0, 2)), slant=-8).transpose(1, 0, 2)
    )
    assert find_sheet(folded) is None


def test_half_of_a_folded_sheet_is_no_sheet(sheet: Image) -> None:
    """The other half lies in the shade, hardly brighter than the table."""
    corners = [(170, 210), (1290, 150), (1400, 1820), (90, 1890)]
    folded = _creased(sheet, slant=10)
    folded[:, 505:] = (folded[:, 505:] * 0.75).astype(np.uint8)
    found = find_sheet(_photographed(folded, corners, (175, 175, 175)))
    assert found is None or np.abs(found - np.array(corners)).max() < 15
