"""Seals on drawn pages: found by their ring, told from other marks, read, and taken off the text under them."""

from random import Random
from typing import cast

import cv2
import numpy as np
import pytest
from PIL import Image as Pictures
from PIL import ImageChops, ImageDraw, ImageFont

from extractors.engine import Engine
from extractors.ink import red_part, through, without_ink
from extractors.opening import Image
from extractors.seals import Ring, find_seals, read_name
from samples.generator import fonts
from samples.generator.seals import Style, draw
from schemas.settings import OcrSettings

try:
    fonts.prepare()
except fonts.FontsMissingError as error:
    pytest.skip(str(error), allow_module_level=True)

NAME = "样例市启明职业培训学校"
DPI = 150
MILLIMETRE = DPI / 25.4
RED, BLUE = (212, 32, 40), (36, 56, 184)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(OcrSettings())


def paper(*lines: str) -> Pictures.Image:
    """Print lines of text on an A5 page."""
    page = Pictures.new("RGB", (round(148 * MILLIMETRE), round(210 * MILLIMETRE)), "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(fonts.find("AR PL UMing CN")), 26)
    for number, line in enumerate(lines):
        pen.text((120, 100 + number * 60), line, font=font, fill=(20, 20, 20))
    return page


def stamped(page: Pictures.Image, x: float, y: float, style: Style, name: str = NAME) -> Pictures.Image:
    """Lay a seal 40 mm wide over a page, centred at x, y in millimetres."""
    side = round(40 * MILLIMETRE)
    sheet = Pictures.new("RGB", page.size, "white")
    picture = draw(name, Random(1), style).resize((side, side), Pictures.Resampling.LANCZOS)
    sheet.paste(picture, (round(x * MILLIMETRE) - side // 2, round(y * MILLIMETRE) - side // 2))
    return ImageChops.multiply(page, sheet)


def scanned(page: Pictures.Image, quality: int = 60) -> Image:
    """Return a page as a scanner's JPEG shows it, as BGR."""
    pixels = cv2.cvtColor(np.asarray(page), cv2.COLOR_RGB2BGR)
    packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cast("Image", cv2.imdecode(packed, cv2.IMREAD_COLOR))


def is_at(ring: Ring, x: float, y: float) -> bool:
    return float(np.hypot(ring.x - x * MILLIMETRE, ring.y - y * MILLIMETRE)) < 2 * MILLIMETRE


@pytest.mark.parametrize(
    ("style", "ink"),
    [
        (Style(colour=RED), "red"),
        (Style(colour=BLUE, turn=12), "blue"),
        (Style(colour=RED, flatness=0.72, star=False, turn=6), "red"),
        (Style(colour=BLUE, flatness=0.7, star=False, centre="发票专用章"), "blue"),
        (Style(colour=RED, ink=0.4), "red"),
        (Style(colour=(128, 30, 36)), "red"),
        (Style(colour=(236, 110, 130)), "red"),
        (Style(colour=(150, 34, 120)), "red"),
        (Style(colour=(240, 84, 24)), "red"),
        (Style(colour=(60, 60, 60)), "dark"),
    ],
)
def test_a_seal_over_print(style: Style, ink: str):
    page = paper(*["出租方与承租方就房屋租赁的有关事宜约定如下"] * 15)
    (ring,) = find_seals(scanned(stamped(page, 90, 90, style), quality=40))
    assert is_at(ring, 90, 90)
    assert ring.ink == ink
    assert ring.wide == pytest.approx(19.4 * MILLIMETRE, rel=0.05)
    assert ring.high / ring.wide == pytest.approx(style.flatness, rel=0.05)


def test_a_seal_of_whose_characters_few_show():
    page = np.asarray(stamped(paper(), 90, 90, Style(colour=RED, ink=0.6))).astype(np.float32)
    rows, columns = np.indices(page.shape[:2])
    inside = np.hypot(columns / MILLIMETRE - 90, rows / MILLIMETRE - 90) < 17.5
    faded = inside & (columns / MILLIMETRE < 101)
    page[faded] = 255 - (255 - page[faded]) * 0.04
    (ring,) = find_seals(scanned(Pictures.fromarray(page.astype(np.uint8)), quality=40))
    assert is_at(ring, 90, 90)
    assert ring.ink == "red"


def test_overlapping_seals_are_two():
    page = stamped(stamped(paper(), 60, 80, Style(colour=RED)), 78, 92, Style(colour=BLUE))
    rings = find_seals(scanned(page))
    assert len(rings) == 2
    assert any(is_at(ring, 60, 80) and ring.ink == "red" for ring in rings)
    assert any(is_at(ring, 78, 92) and ring.ink == "blue" for ring in rings)


def test_a_seal_partly_off_the_page():
    (ring,) = find_seals(scanned(stamped(paper(), 134, 90, Style(colour=RED))))
    assert is_at(ring, 134, 90)


class TestNoSeals:
    def page(self) -> tuple[Pictures.Image, ImageDraw.ImageDraw]:
        page = paper("样例市某某局文件", "已审核")
        return page, ImageDraw.Draw(page)

    def test_a_boxed_stamp(self):
        page, pen = self.page()
        pen.rectangle((200, 400, 460, 500), outline=RED, width=6)
        pen.text((220, 420), "已审核", font=ImageFont.truetype(str(fonts.find("AR PL UMing CN")), 60), fill=RED)
        assert find_seals(scanned(page)) == []

    def test_an_emblem(self):
        page, pen = self.page()
        pen.ellipse((300, 300, 480, 480), fill=(206, 30, 36))
        pen.regular_polygon((390, 360, 22), 5, fill=(226, 180, 60))
        pen.rectangle((345, 390, 435, 440), fill=(226, 180, 60))
        assert find_seals(scanned(page)) == []

    def test_the_ring_that_a_cup_left_over_print(self):
        page = np.asarray(paper(*["流动资产合计  负债和净资产总计  限定性净资产"] * 15)).astype(np.float32)
        stain = np.zeros(page.shape[:2], np.float32)
        cv2.circle(stain, (500, 500), 118, (0.2,), -1, cv2.LINE_AA)
        cv2.ellipse(stain, (500, 500), (118, 118), 0, 40, 380, (0.8,), 8)
        stain = cv2.GaussianBlur(stain, (0, 0), 3)[:, :, None] * np.array((0.15, 0.27, 0.40), np.float32)
        assert find_seals(scanned(Pictures.fromarray((page * (1 - stain)).astype(np.uint8)))) == []

    def test_a_number_in_a_circle(self):
        page, pen = self.page()
        pen.ellipse((300, 300, 500, 500), outline=RED, width=6)
        pen.text((385, 370), "3", font=ImageFont.truetype(str(fonts.find("AR PL UMing CN")), 60), fill=RED)
        assert find_seals(scanned(page)) == []

    def test_headings_and_print(self):
        page, pen = self.page()
        pen.line((60, 300, 800, 300), fill=RED, width=8)
        assert find_seals(scanned(page)) == []


class TestNames:
    @pytest.mark.parametrize(
        "style",
        [
            Style(colour=RED, turn=-20, foot="1201010012345"),
            Style(colour=BLUE, flatness=0.72, star=False, centre="发票专用章"),
            Style(colour=RED, centre="合同专用章"),
            Style(colour=(90, 90, 90)),
        ],
    )
    def test_read(self, engine: Engine, style: Style):
        image = scanned(stamped(paper(), 80, 90, style))
        (ring,) = find_seals(image)
        text, confidence, _ = read_name(engine, image, ring)
        assert text == NAME
        # In grey a name is never sure by itself.
        assert (confidence >= 0.8) is (ring.ink != "dark")

    def test_print_over_a_grey_seal_is_not_read_into_its_name(self, engine: Engine):
        page = paper(*["本单位承诺所提交的全部材料真实有效"] * 12)
        image = scanned(stamped(page, 80, 86, Style(colour=(90, 90, 90))))
        (ring,) = find_seals(image)
        assert read_name(engine, image, ring)[0] == NAME

    def test_nothing_to_read_in_a_seal_of_strokes(self, engine: Engine):
        page = paper()
        pen = ImageDraw.Draw(page)
        pen.ellipse((300, 300, 500, 500), outline=RED, width=6)
        for angle in range(0, 360, 12):
            x, y = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            pen.line((400 + 70 * x, 400 + 70 * y, 400 + 85 * x, 400 + 85 * y), fill=RED, width=5)
        image = scanned(page)
        (ring,) = find_seals(image)
        assert read_name(engine, image, ring)[0] is None


class TestInk:
    def test_a_seal_is_taken_off_the_print(self, engine: Engine):
        text = "签订日期：2019年6月25日"
        image = scanned(stamped(paper(text), 48, 19, Style(colour=(150, 36, 40))), quality=75)
        line = np.ascontiguousarray(image[88:142, 108:480])
        assert red_part(line) > 0.03
        clean = without_ink(line, "red")
        assert red_part(clean) == 0
        assert engine.recognise([clean])[0].text.replace(":", "：") == text

    def test_black_and_blue_stay_where_red_goes(self):
        image = np.full((60, 90, 3), 255, np.uint8)
        image[10:50, 10:25], image[10:50, 35:50], image[10:50, 60:80] = (20, 20, 20), (190, 70, 40), (40, 40, 160)
        for seen in (through(image, "red"), without_ink(image, "red")):
            grey = seen[30, :, 0].astype(int)
            assert grey[17] < 60
            assert grey[42] < 120
        assert without_ink(image, "red")[30, 70, 0] > 240


def test_a_seal_that_has_worn_off_in_places():
    page = Pictures.new("RGB", (993, 1404), (244, 244, 242))
    side, left, top = round(40 * 1404 / 297), 600, 300
    sheet = Pictures.new("RGB", page.size, "white")
    sheet.paste(draw(NAME, Random(1), Style(colour=RED)).resize((side, side), Pictures.Resampling.LANCZOS), (left, top))
    plain, inked = (np.asarray(one).astype(np.float32) for one in (page, ImageChops.multiply(page, sheet)))
    # The stamp touched the paper in stripes.
    across = np.linspace(0, 1, side)
    ink = np.ones(plain.shape[:2], np.float32)
    ink[top : top + side, left : left + side] = np.clip(1 - 0.9 * abs(np.sin(6 * across + 4 * across[:, None])), 0.1, 1)
    image = cv2.GaussianBlur(plain + (inked - plain) * ink[..., None], (0, 0), 1.3)
    image = np.clip(image + np.random.default_rng(3).normal(0, 5, ink.shape)[..., None], 0, 255).astype(np.uint8)
    turn = cv2.getRotationMatrix2D((500, 700), 1.5, 1)
    image = cv2.warpAffine(image, turn, page.size, borderValue=(244, 244, 242))
    [ring] = find_seals(scanned(Pictures.fromarray(image.astype(np.uint8)), quality=50))
    assert np.hypot(ring.x - 685, ring.y - 385) < 12


def test_a_seal_on_a_pale_photocopy(engine: Engine):
    page = stamped(paper("单位名称（公章）", "2022年7月14日"), 74, 60, Style(colour=RED, ink=0.6))
    grey = cv2.cvtColor(scanned(page), cv2.COLOR_BGR2GRAY)
    pale = cv2.cvtColor((250 - 0.3 * (255 - grey.astype(np.float32))).astype(np.uint8), cv2.COLOR_GRAY2BGR)
    image = cast("Image", pale)
    (ring,) = find_seals(image)
    assert ring.ink == "dark"
    assert is_at(ring, 74, 60)
    assert read_name(engine, image, ring)[0] == NAME
